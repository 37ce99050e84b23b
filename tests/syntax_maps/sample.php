<?php

declare(strict_types=1);

namespace App\Orders;

use App\Base\Service;

define('ORDERS_VERSION', '2.0');
const MAX_ITEMS = 100;

/**
 * Takes orders.
 */
#[Route('/orders', methods: ['GET'])]
final class OrderService extends Service implements \Countable
{
    use LoggerTrait;

    public const STATUS_OPEN = 'open', STATUS_PAID = 'paid';
    private const int LIMIT = 3;

    public static int $count = 0;
    protected ?string $name = null, $title;
    private readonly array $orders;

    public function __construct(
        private readonly LoggerInterface $logger,
        protected int $limit = 10,
    ) {
    }

    /**
     * Places an order.
     *
     * @return bool whether it was placed
     */
    #[Deprecated]
    public static function place(Order $order, int ...$more): ?bool
    {
        $local = function ($x) use ($order) {
            return $x;
        };
        return true;
    }

    abstract protected function validate(Order|string $order): void;

    public function count(): int { return 0; }
}

interface Store
{
    public const VERSION = 1;

    public function save(Item $item): void;
}

trait LoggerTrait
{
    private array $lines = [];

    public function log(string $line): void
    {
        $this->lines[] = $line;
    }
}

enum Status: string implements Labelled
{
    case Open = 'open';
    case Paid = 'paid';

    public function label(): string
    {
        return ucfirst($this->value);
    }
}

function helper(string $name = 'x', &$out = null): string
{
    return $name;
}

if (!function_exists('conditional')) {
    function conditional() {}
}

$app = new Application();
$handler = fn ($request) => $request;
