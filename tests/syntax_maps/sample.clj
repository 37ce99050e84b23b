(ns shop.orders
  "Orders and what can be done with them."
  (:require [clojure.string :as str]))

(def max-items 100)
(def ^:private cache (atom {}))

(defonce registry (atom nil))

(defprotocol Priced
  "Things with a price."
  (price [this] "The price in cents.")
  (discount [this percent]))

(defrecord Order [id lines]
  Priced
  (price [this] (count lines)))

(deftype Counter [^:unsynchronized-mutable n])

(defn place
  "Places an order."
  [order & {:keys [retries]}]
  (let [helper (fn [x] x)]
    (helper order)))

(defn- secret? [id] (= id "x"))

(defn count-all
  ([] 0)
  ([orders] (count orders)))

(defmulti ship :kind)

(defmethod ship :air [order]
  (println order))

(defmacro unless [test & body]
  `(if ~test nil (do ~@body)))

(defn ^String shout [^String text] (str/upper-case text))
