// Shapes and what can be done with them.
#include <memory>
#pragma once

#define SHAPES_VERSION 2

namespace shapes {

using Id = std::uint64_t;
template <typename T>
using Ptr = std::unique_ptr<T>;

enum class Kind : int { Circle, Square = 4 };

template <typename T>
concept Drawable = requires(T value) { value.draw(); };

/// A shape that can be drawn.
class Shape {
public:
    explicit Shape(Id id) : id_(id) {}
    virtual ~Shape() = default;
    Shape(const Shape &) = delete;

    /// Draws the shape.
    virtual void draw(Canvas &canvas) const = 0;
    [[nodiscard]] Id id() const noexcept { return id_; }
    Shape &operator=(const Shape &other);
    bool operator==(const Shape &other) const { return id_ == other.id_; }
    static int count;

protected:
    Id id_ = 0;

private:
    struct Cache {
        int hits;
    };
    friend class Canvas;
    Cache cache_;
};

template <typename T, std::size_t N>
class Grid final : public Shape, private Base<T> {
    T cells_[N];

public:
    template <typename U>
    auto map(U &&f) const -> Grid<U, N>;
};

constexpr double pi = 3.14159;
inline namespace v2 {
int area(const Shape &shape);
}

namespace {
void hidden() {}
} // namespace

} // namespace shapes

shapes::Id shapes::Shape::id() const {
    auto local = [](int x) { return x; };
    return local(1);
}

template <typename T>
T max_of(T a, T b) {
    return a > b ? a : b;
}

template <>
int max_of<int>(int a, int b);

std::ostream &operator<<(std::ostream &out, const shapes::Shape &shape);

extern "C" {
int shapes_version(void);
}

typedef struct { int x, y; } Point;

int main() {
    return 0;
}
