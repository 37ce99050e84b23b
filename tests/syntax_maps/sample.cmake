# Builds the program.
cmake_minimum_required(VERSION 3.16)
project(orders VERSION 1.0 LANGUAGES CXX)

option(ORDERS_TESTS "Build the tests" ON)
set(ORDERS_SOURCES
    src/main.cpp # the entry
    src/order.cpp)
find_package(Boost 1.70 REQUIRED)

# Adds a test.
function(orders_add_test name)
  set(local ${name})
  add_executable(${name} ${ARGN})
endfunction()

macro(orders_warn text)
  message(WARNING "${text}")
endmacro()

add_library(orders STATIC ${ORDERS_SOURCES})
target_link_libraries(orders PUBLIC Boost::boost)

if(ORDERS_TESTS)
  add_executable(orders_tests test/main.cpp)
  add_test(NAME orders COMMAND orders_tests)
  add_subdirectory(test)
endif()

add_custom_target(docs COMMAND doxygen)
install(TARGETS orders DESTINATION lib)
