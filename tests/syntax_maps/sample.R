# Orders and what can be done with them.
library(dplyr)

MAX_ITEMS <- 100
status = c("open", "paid")

#' Places an order.
#'
#' @param order the order
place <- function(order, retries = 3, ...) {
  helper <- function(x) x + 1
  local <- helper(retries)
  order
}

count_all = function(orders) length(orders)

`%+%` <- function(a, b) paste0(a, b)

print.order <- function(x, ...) {
  cat("order\n")
}

Order <- R6::R6Class("Order",
  public = list(
    id = NULL,
    initialize = function(id) {
      self$id <- id
    },
    total = function() 0
  ),
  private = list(
    secret = function() TRUE
  )
)

setClass("Point", representation(x = "numeric", y = "numeric"))
setGeneric("area", function(shape) standardGeneric("area"))
setMethod("area", "Point", function(shape) {
  0
})
