(** Orders and what can be done with them. *)

type id = private int

type 'a order = {
  id : id;
  lines : 'a list;
}

exception Empty

(** [place order] places an order. *)
val place : ?retries:int -> 'a order -> bool

val ( <+> ) : int -> int -> int

module Store : sig
  type t

  val open_ : string -> t
end

module type KEY = sig
  type t
  val compare : t -> t -> int
end

module Make (K : KEY) : sig
  val find : K.t -> int option
end

class counter : int -> object
  method increment : unit
end
