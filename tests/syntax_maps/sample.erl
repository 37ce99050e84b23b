%% @doc Takes orders.
-module(orders).
-behaviour(gen_server).

-export([start_link/1, place/2]).
-include("orders.hrl").

-define(MAX_ITEMS, 100).
-define(LOG(Text), io:format("~s~n", [Text])).

-record(state, {
    orders = [] :: [order()],
    limit = ?MAX_ITEMS :: pos_integer()
}).

-type order() :: {Id :: binary(), pos_integer()}.
-opaque handle() :: reference().

-callback placed(order()) -> ok | {error, term()}.

%% Starts the process.
-spec start_link(map()) -> {ok, pid()}.
start_link(Options) ->
    gen_server:start_link(?MODULE, Options, []).

-spec place(pid(), order()) -> ok;
           (atom(), order()) -> error.
place(Pid, Order) when is_pid(Pid) ->
    gen_server:call(Pid, {place, Order});
place(_, _) ->
    Helper = fun(X) -> X end,
    Helper(error).

handle_call({place, Order}, _From, State) ->
    {reply, ok, State};
handle_call(_, _, State) ->
    {noreply, State}.

count([]) -> 0;
count([_ | Rest]) -> 1 + count(Rest).
