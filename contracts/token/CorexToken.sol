// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {IVotingUnits} from "../votes/IVotingUnits.sol";

/// @title CorexToken
/// @notice CXT. The whole supply is minted once, to the mining pool; holders can burn what is theirs.
/// @dev INVARIANTS
/// - INV-TOK-1: totalSupply() == INITIAL_SUPPLY - everything ever burned.
/// - INV-TOK-2: no address can mint: `_mint` is called by the constructor alone.
/// @dev TRUST
/// - None. No owner, no role, no pause, no upgrade. The ledger of votes, an immutable contract of this suite without any authority, is
///   told of each transfer; it calls nobody and refuses none once its sources are fixed, before which no CXT can leave the pool.
contract CorexToken is ERC20, ERC20Burnable, ERC20Permit {
    /// @notice 100,000,000 CXT, in wei.
    uint256 public constant INITIAL_SUPPLY = 100_000_000e18;

    /// @notice The ledger of votes.
    IVotingUnits public immutable votes;

    /// @param pool Receives the whole supply.
    /// @param ledger Is told of every transfer and burn.
    constructor(address pool, IVotingUnits ledger) ERC20("Corex Token", "CXT") ERC20Permit("Corex Token") {
        votes = ledger;
        _mint(pool, INITIAL_SUPPLY);
    }

    /// @dev The one mint goes to the pool, which has no votes: the ledger need not hear of it.
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) votes.tokenMoved(from, to, value);
    }
}
