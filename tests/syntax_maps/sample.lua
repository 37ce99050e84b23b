-- Orders and what can be done with them.
local M = {}
local json = require("json")

M.VERSION = "1.0"
local MAX_ITEMS = 100

--- Places an order.
-- @param order the order
function M.place(order, retries)
  local function inner()
    return order
  end
  return inner()
end

function M:cancel(id, ...)
  self.cancelled = id
end

local function helper(a, b)
  return a + b
end

local run = function(list)
  for _, item in ipairs(list) do
    helper(item, 1)
  end
end

M.handlers = {
  open = function(order)
    return order
  end,
  ["close"] = function() end,
  limit = 3,
}

M.on_error = function(err)
  print(err)
end

function global_function()
end

---@class Store
local Store = {}
Store.__index = Store

function Store.new(path)
  return setmetatable({ path = path }, Store)
end

function Store:save(key, value)
  self[key] = value
end

return M
