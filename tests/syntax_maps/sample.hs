{-# LANGUAGE GADTs #-}
-- | Orders and what can be done with them.
module Shop.Orders
  ( Order (..)
  , place
  ) where

import qualified Data.Map as Map
import Data.List (sortBy)

-- | An order with its lines.
data Order a = Order
  { orderId :: !Int
  , orderLines :: [Line a]
  } deriving (Eq, Show)

data Status = Open | Paid Int | Closed { reason :: String }

newtype Handler m a = Handler { runHandler :: Order a -> m () }

type Lines a = [Line a]

data Expr t where
  Number :: Int -> Expr Int
  Add :: Expr Int -> Expr Int -> Expr Int

-- | Things with a price.
class Ord a => Priced a where
  price :: a -> Int
  discount :: a -> Int
  discount _ = 0

instance Priced a => Priced (Order a) where
  price = sum . map price . orderLines

type family Elem c
type instance Elem [e] = e

-- | Places an order.
place
  :: (Priced a, Monad m)
  => Handler m a
  -> Order a
  -> m ()
place (Handler f) order
  | price order > 0 = f order
  | otherwise = helper
  where
    helper = pure ()

count :: [a] -> Int
count [] = 0
count (_ : rest) = 1 + count rest

maxItems = 100

(<+>) :: Int -> Int -> Int
a <+> b = a + b

foreign import ccall "math.h sin" c_sin :: Double -> Double
