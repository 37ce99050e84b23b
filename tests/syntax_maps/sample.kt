@file:JvmName("Orders")

package com.example.orders

import kotlinx.coroutines.flow.Flow

/** The most items of an order. */
const val MAX_ITEMS = 100
private val logger by lazy { Logger("orders") }
var counter: Int = 0
    private set

typealias Handler = suspend (Order) -> Unit

/** Takes orders. */
@Serializable
data class Order(val id: String, var count: Int = 1, note: String) : Base(id), Comparable<Order> {
    val total: Int
        get() = count * 2

    override fun compareTo(other: Order): Int = id.compareTo(other.id)

    companion object {
        const val EMPTY = "empty"

        @JvmStatic
        fun of(id: String) = Order(id, 1, "")
    }

    init {
        require(count > 0)
    }

    constructor(id: String) : this(id, 1, "") {
        println(id)
    }

    inner class Line {
        lateinit var name: String
    }
}

sealed interface Result<out T> {
    data class Ok<T>(val value: T) : Result<T>
    data object Failed : Result<Nothing>
}

enum class Status(val label: String) {
    OPEN("open"),
    PAID("paid") {
        override fun next() = OPEN
    };

    abstract fun next(): Status
}

object Registry : Store {
    private val orders = mutableMapOf<String, Order>()

    @Throws(IOException::class)
    internal suspend inline fun <reified T : Any> find(
        id: String, // the order's id
        limit: Int = MAX_ITEMS,
    ): Flow<T>
        where T : Order {
        fun local() = 1
        return TODO()
    }

    operator fun get(id: String): Order? = orders[id]
}

fun interface Check {
    fun check(order: Order): Boolean
}

abstract class Shape {
    abstract val area: Double
    open fun draw() {}
}

fun String.shout(): String = uppercase()
infix fun Int.plusOne(other: Int) = this + other + 1
val String.first: Char get() = this[0]

annotation class Audited(val value: String = "all")

value class Name(val text: String)
