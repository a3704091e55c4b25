// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title CorexToken
/// @notice CXT. The whole supply is minted once, to the mining pool; holders can burn what is theirs.
/// @dev INVARIANTS
/// - INV-TOK-1: totalSupply() == INITIAL_SUPPLY - everything ever burned.
/// - INV-TOK-2: no address can mint: `_mint` is called by the constructor alone.
/// @dev TRUST
/// - None. No owner, no role, no pause, no upgrade, no hook.
contract CorexToken is ERC20, ERC20Burnable, ERC20Permit {
    /// @notice 100,000,000 CXT, in wei.
    uint256 public constant INITIAL_SUPPLY = 100_000_000e18;

    /// @param pool Receives the whole supply.
    constructor(address pool) ERC20("Corex Token", "CXT") ERC20Permit("Corex Token") {
        _mint(pool, INITIAL_SUPPLY);
    }
}
