defmodule Shop.OrderService do
  @moduledoc """
  Takes orders.
  """
  use GenServer
  alias Shop.Order

  @max_items 100
  @type id :: String.t()
  @typep state(t) :: %{orders: [t]}
  @callback placed(order :: Order.t()) :: :ok | {:error, term}

  defstruct [:name, limit: @max_items]

  defmodule Error do
    defexception message: "failed"
  end

  @doc """
  Places an order. Slowly.
  """
  @spec place(Order.t(), keyword) :: {:ok, id}
  def place(%Order{} = order, opts \\ []) when is_list(opts) do
    helper = fn x -> x end
    {:ok, helper.(order.id)}
  end

  def count(%{orders: orders}), do: length(orders)
  def count(_), do: 0

  @impl true
  def handle_call({:get, id}, _from, state) do
    {:reply, id, state}
  end

  defp secret?(id), do: id == "x"

  defmacro __using__(opts) do
    quote do
      import Shop
    end
  end

  defguard is_positive(n) when is_integer(n) and n > 0
  defdelegate size(list), to: Enum, as: :count
  def left <> right, do: left
end

defprotocol Shop.Priced do
  @doc "The price in cents."
  def price(item)
end

defimpl Shop.Priced, for: Shop.Order do
  def price(order), do: order.total
end

defmodule Shop.OrderServiceTest do
  use ExUnit.Case

  describe "place/2" do
    test "gives the id" do
      assert true
    end
  end
end
