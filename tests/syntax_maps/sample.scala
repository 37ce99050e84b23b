package com.example.orders

import scala.concurrent.{ExecutionContext, Future}

/** Takes orders. */
@deprecated("use Orders", "2.0")
sealed abstract class OrderService[T <: Order](val limit: Int, private val name: String = "orders")(implicit ec: ExecutionContext)
    extends BaseService
    with Closeable {

  type Id = String
  val maxItems: Int = 100
  lazy val cache = Map.empty[Id, T]
  protected var counter = 0
  def orders: List[T]

  /** Places an order. */
  @throws[OrderException]
  override def place[R](
      order: T, // checked before
      retries: Int = 3
  )(f: T => R): Future[R] = {
    def local(x: Int) = x + 1
    val inner = 1
    Future(f(order))
  }

  def this(limit: Int) = this(limit, "x")

  private[orders] def close(): Unit = ()
}

object OrderService {
  implicit val ordering: Ordering[Order] = Ordering.by(_.id)
  def apply(limit: Int): OrderService[Order] = ???

  case class Settings(path: String, debug: Boolean = false)
  case object Empty extends Settings("")
}

trait Store[F[_], A] {
  def save(item: A): F[Unit]
  val path: String
}

package object utils {
  def helper = 1
}

enum Color(val rgb: Int):
  case Red extends Color(0xff0000)
  case Green, Blue
  case Mixed(a: Int, b: Int)

given intOrdering: Ordering[Int] with
  def compare(x: Int, y: Int) = x - y

extension (text: String)
  def shout: String = text.toUpperCase
  def twice(n: Int): String = text * n

type Pair[A] = (A, A)
val (first, second) = (1, 2)

@main def run(args: String*): Unit =
  println(args)
