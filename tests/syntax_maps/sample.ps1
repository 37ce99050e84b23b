<#
.SYNOPSIS
Takes orders.
#>
param(
    [string]$Path = "orders.json"
)

$MaxItems = 100

enum Status {
    Open
    Paid = 2
}

class Order : Base {
    [string]$Id
    hidden [int]$Count = 1
    static [int]$Total

    Order([string]$id) {
        $this.Id = $id
    }

    [bool] Place([int]$retries) {
        return $true
    }
}

# Places an order.
function Add-Order {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)]
        [Order]$Order
    )
    process {
        $local = 1
    }
}

function Get-Order([string]$Id, [switch]$All) {
    return $Id
}

filter Select-Open {
    if ($_.Open) { $_ }
}
