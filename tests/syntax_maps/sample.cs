using System;
using System.Collections.Generic;

namespace Shop.Orders
{
    /// <summary>Takes orders.</summary>
    [Serializable, DataContract(Name = "orders")]
    public sealed partial class OrderService<T> : ServiceBase, IDisposable where T : class, new()
    {
        public const int MaxItems = 100;
        private readonly Dictionary<string, T> _orders = new();
        internal static int a, b;

        public event EventHandler<OrderEventArgs> Placed;
        public delegate bool Check(T order, int limit);

        public OrderService(ILogger logger, int limit = 10) : base(logger)
        {
            _limit = limit;
        }

        ~OrderService() { }

        // How many orders wait.
        public int Count { get; private set; }
        public string Name => "orders";
        public T this[string key] => _orders[key];

        /// <summary>
        /// Places an order.
        /// </summary>
        [Obsolete("use PlaceAsync")]
        public async Task<bool> Place(
            T order,
            CancellationToken token = default)
        {
            int Local(int x) => x + 1;
            return await Task.FromResult(Local(1) > 0);
        }

        public static OrderService<T> operator +(OrderService<T> left, T right) => left;
        public static implicit operator string(OrderService<T> service) => service.Name;
        void IDisposable.Dispose() { }

        private struct Line
        {
            public int Quantity;
        }
    }

    public interface IStore
    {
        string Path { get; }
        Task Save<TItem>(TItem item);
    }

    [Flags]
    public enum Status : byte
    {
        None = 0,
        Open = 1,
    }

    public record Point(int X, int Y)
    {
        public double Length => Math.Sqrt(X * X + Y * Y);
    }

    public record struct Size(int Width, int Height);

    public static class Extensions
    {
        public static string Shout(this string text) => text.ToUpper();
    }
}
