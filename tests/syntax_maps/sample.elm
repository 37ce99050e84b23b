module Orders exposing (Model, Msg(..), update, view)

import Html exposing (Html, div, text)


{-| What the page knows.
-}
type alias Model =
    { orders : List Order
    , filter : Maybe String
    }


type alias Id =
    Int


type Msg
    = Loaded (Result Http.Error (List Order))
    | Filter String
    | Clear


type Tree a
    = Leaf
    | Node a (Tree a) (Tree a)


port save : String -> Cmd msg


init : () -> ( Model, Cmd Msg )
init _ =
    ( { orders = [], filter = Nothing }, Cmd.none )


{-| Changes the model.
-}
update :
    Msg
    -> Model
    -> ( Model, Cmd Msg )
update msg model =
    let
        helper : Int -> Int
        helper x =
            x + 1
    in
    case msg of
        Clear ->
            ( { model | filter = Nothing }, Cmd.none )

        _ ->
            ( model, Cmd.none )


view model =
    div [] [ text "orders" ]


maxItems : Int
maxItems =
    100
