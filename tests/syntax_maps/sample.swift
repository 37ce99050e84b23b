import Foundation

/// The most items of an order.
public let maxItems = 100
private var counter: Int = 0

typealias Handler<T> = (T) async throws -> Void

/// Takes orders.
@MainActor
public final class OrderService<T: Codable>: BaseService, Sendable where T: Hashable {
    static let shared = OrderService()
    @Published private(set) var orders: [T] = []
    weak var delegate: OrderDelegate?
    let limit, retries: Int

    var count: Int {
        orders.count
    }

    var name: String = "orders" {
        didSet { print(name) }
    }

    public init(limit: Int = 10, _ name: String) throws {
        self.limit = limit
    }

    required convenience init?(coder: NSCoder) { nil }

    deinit {
        print("gone")
    }

    /// Places an order.
    @discardableResult
    public func place<U>(
        _ order: T, // checked before
        then handler: @escaping (U) -> Void
    ) async throws -> Bool where U: Sendable {
        func local() -> Int { 1 }
        return local() > 0
    }

    subscript(index: Int) -> T {
        get { orders[index] }
        set { orders[index] = newValue }
    }

    class func build() -> Self { fatalError() }

    enum Failure: Error {
        case empty
        case full(limit: Int), closed
        indirect case nested(Failure)
    }
}

struct Point: Equatable {
    var x = 0.0, y = 0.0
    static func + (left: Point, right: Point) -> Point { left }
    mutating func move(by delta: Double) { x += delta }
}

protocol OrderDelegate: AnyObject {
    associatedtype Item: Codable
    var title: String { get set }
    func didPlace(_ order: Item) -> Bool
    init(title: String)
}

extension OrderService: CustomStringConvertible where T: CustomStringConvertible {
    public var description: String { "orders" }
}

enum Status: String, CaseIterable {
    case open = "open", paid
}

actor Counter {
    private var value = 0
    func increment() { value += 1 }
}

prefix operator +++

func helper<S: Sequence>(_ items: S) -> [S.Element] { Array(items) }
