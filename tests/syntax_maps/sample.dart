library orders;

import 'dart:async';
part 'orders.g.dart';

/// The most items of an order.
const int maxItems = 100;
final _cache = <String, Order>{};
String? title;

typedef Handler<T> = Future<void> Function(T order);

/// Takes orders.
@immutable
abstract class OrderService<T extends Order> extends BaseService with Logging implements Closeable {
  static const version = '1.0';
  final int limit;
  late String _name;

  OrderService(this.limit, {required String name, super.key});
  const OrderService.empty() : limit = 0;
  factory OrderService.fromJson(Map<String, dynamic> json) => _fromJson(json);

  int get count => _orders.length;
  set name(String value) {
    _name = value;
  }

  /// Places an order.
  @override
  Future<bool> place(
    T order, {
    int retries = 3, // tried again
  }) async {
    void local() {}
    local();
    return true;
  }

  bool validate(T order);

  static OrderService build() => throw UnimplementedError();

  bool operator ==(Object other) => false;
}

enum Status implements Labelled {
  open('open'),
  paid('paid');

  const Status(this.label);
  final String label;
}

mixin Logging on Object {
  void log(String line) => print(line);
}

extension Shout on String {
  String shout() => toUpperCase();
}

class _State extends State<Page> {
  @override
  Widget build(BuildContext context) {
    return Container();
  }
}

void main(List<String> args) {
  runApp(const App());
}

int get answer => 42;
external int nativeAdd(int a, int b);
