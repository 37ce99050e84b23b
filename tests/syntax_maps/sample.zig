//! Orders and what can be done with them.
const std = @import("std");
const Allocator = std.mem.Allocator;

/// The most items of an order.
pub const max_items: usize = 100;
var counter: u32 = 0;

pub const Error = error{ Full, NotFound };

pub const Status = enum(u8) {
    open,
    paid = 2,

    pub fn label(self: Status) []const u8 {
        return @tagName(self);
    }
};

/// An order with its lines.
pub const Order = struct {
    id: u64,
    lines: []const Line = &.{},

    const Self = @This();

    pub fn init(allocator: Allocator, id: u64) !Self {
        const local = struct {
            fn f() void {}
        };
        _ = local;
        _ = allocator;
        return .{ .id = id };
    }
};

pub const Value = union(enum) {
    number: i64,
    text: []const u8,
};

pub fn List(comptime T: type) type {
    return struct {
        items: []T,

        pub fn push(self: *@This(), item: T) void {
            _ = self;
            _ = item;
        }
    };
}

/// Places an order.
pub fn place(
    order: *Order, // changed
    retries: u8,
) Error!void {
    _ = order;
    _ = retries;
}

extern "c" fn getpid() c_int;
inline fn helper(x: i32) i32 {
    return x + 1;
}

test "an order has an id" {
    try std.testing.expect(true);
}
