(** Orders and what can be done with them. *)

open Printf

type id = int

(** An order with its lines. *)
type 'a order = {
  id : id;
  mutable lines : 'a list;
}

type status =
  | Open
  | Paid of int * string
  | Closed : { reason : string } -> status

and tree = Leaf | Node of tree * tree

exception Not_found_in of string

let max_items = 100

(** Places an order. *)
let rec place ?(retries = 3) ~limit (order : 'a order) : bool =
  let helper x = x + 1 in
  helper retries > limit || place ~limit order

and cancel order = place ~limit:0 order

let ( <+> ) a b = a + b
let double = fun x -> x * 2
let () = print_endline "loaded"

module type STORE = sig
  type t
  val open_ : string -> t
  val save : t -> key:string -> unit
end

module Store : STORE = struct
  type t = string

  let open_ path = path
  let save _ ~key:_ = ()
end

module Make (S : STORE) = struct
  let run path = S.open_ path
end

class counter init =
  object (self)
    val mutable count = init
    method increment = count <- count + 1
    method private reset () = count <- 0
  end

external seed : int -> unit = "caml_seed"
