package com.example.orders;

import java.util.List;
import static java.util.Map.entry;

/**
 * Takes orders.
 *
 * @author someone
 */
@Service
@RequestMapping(path = "/orders", method = {GET, POST})
public class OrderService<T extends Order & Serializable> extends BaseService implements Closeable {

    public static final int MAX_ITEMS = 100;
    private final Map<String, List<T>> orders = new HashMap<>();
    protected int a, b = 2;

    static {
        System.loadLibrary("orders");
    }

    @Autowired
    public OrderService(OrderRepository repository, @Value("${limit}") int limit) {
        this.limit = limit;
    }

    /** Places an order. Fails when the stock is empty. */
    @Override
    @Transactional(readOnly = false)
    public synchronized <R> Optional<R> place(
            final T order, // checked before
            Function<? super T, R> then) throws OrderException {
        class Local {
            void run() {}
        }
        Runnable r = new Runnable() {
            public void run() {}
        };
        return Optional.empty();
    }

    public void close() {}

    abstract static class Inner {
        abstract int count(String... names);
    }

    public enum Status implements Labelled {
        /** Not paid. */
        OPEN("open"),
        PAID("paid") {
            @Override
            public String label() {
                return "PAID";
            }
        };

        private final String label;

        Status(String label) {
            this.label = label;
        }
    }
}

record Point(int x, int y) {
    Point {
        if (x < 0) throw new IllegalArgumentException();
    }

    static Point origin() {
        return new Point(0, 0);
    }
}

sealed interface Shape permits Circle, Square {
    double PI = 3.14;

    double area();

    default String describe() {
        return "shape";
    }
}

@interface Audited {
    String value() default "all";
}
