package com.example.orders

import groovy.transform.CompileStatic

/** Takes orders. */
@CompileStatic
class OrderService extends Base implements Closeable {
    static final int MAX_ITEMS = 100
    private List<Order> orders = []
    String name

    OrderService(int limit = 10) {
        this.limit = limit
    }

    /** Places an order. */
    @Override
    boolean place(Order order, Closure then = null) {
        def helper = { x -> x + 1 }
        return helper(1) > 0
    }

    def dynamic(a, b) {
        a + b
    }

    private static void close() {}
}

interface Store {
    void save(Item item)
}

enum Status {
    OPEN, PAID
}

trait Logging {
    void log(String line) { println line }
}

def helper(String name) {
    name.toUpperCase()
}

plugins {
    id 'java'
}

dependencies {
    implementation 'org.slf4j:slf4j-api:2.0.0'
}

task ship(type: Copy, dependsOn: build) {
    from 'build'
}

tasks.register('clean') {
    delete 'build'
}
