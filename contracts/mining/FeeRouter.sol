// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {BPS} from "../types/Units.sol";
import {IFeeRouter} from "./IFeeRouter.sol";
import {IMiningPool} from "./IMiningPool.sol";

/// @title FeeRouter
/// @dev INVARIANTS
/// - INV-FEE-1: burned + toTreasury + replenished of a flush is the whole balance before it; nothing stays, nothing goes elsewhere.
/// @dev ROUNDING
/// - The burned part is rounded up, the treasury's down.
/// @dev TRUST
/// - The restricted role chooses the shares of future flushes: burned, the treasury's, the pool's. It cannot direct a fee to anyone else.
/// @dev LIVENESS
/// - Anyone can flush at any time; nobody is ever paid from here.
contract FeeRouter is IFeeRouter, AccessManaged {
    /// @notice The vault that takes back what is not burned.
    IMiningPool public immutable pool;

    /// @inheritdoc IFeeRouter
    address public immutable treasury;

    CorexToken private immutable _token;

    /// @inheritdoc IFeeRouter
    uint256 public burnShareBps;

    /// @inheritdoc IFeeRouter
    uint256 public treasuryShareBps = BPS;

    /// @inheritdoc IFeeRouter
    uint256 public totalRouted;

    constructor(
        address initialAuthority,
        IMiningPool miningPool,
        address initialTreasury
    ) AccessManaged(initialAuthority) {
        pool = miningPool;
        treasury = initialTreasury;
        _token = miningPool.token();
        // The pool is this contract's only spender: what is here can go nowhere else.
        _token.approve(address(miningPool), type(uint256).max);
    }

    /// @inheritdoc IFeeRouter
    function flush() external returns (uint256 burned, uint256 toTreasury, uint256 replenished) {
        // Check: there is something to send on.
        uint256 held = _token.balanceOf(address(this));
        if (held == 0) return (0, 0, 0);

        // Effect: it is counted. Cannot overflow: held is at most the supply, below 2^87. Cannot underflow: the shares are at most one, and
        // where they are one, the part rounded down is the rest.
        burned = Math.ceilDiv(held * burnShareBps, BPS);
        toTreasury = Math.min((held * treasuryShareBps) / BPS, held - burned);
        replenished = held - burned - toTreasury;
        totalRouted += held;

        emit FeesRouted(burned, toTreasury, replenished);

        // Interaction: token and pool revert when they cannot.
        if (burned > 0) _token.burn(burned);
        if (toTreasury > 0) _token.transfer(treasury, toTreasury);
        if (replenished > 0) pool.replenish(replenished);
    }

    /// @inheritdoc IFeeRouter
    function setShares(uint256 newBurnShareBps, uint256 newTreasuryShareBps) external restricted {
        // Check: at most everything. Each alone first, so that the sum cannot overflow.
        bool fits = newBurnShareBps <= BPS && newTreasuryShareBps <= BPS - newBurnShareBps;
        require(fits, FeeRouterSharesTooLarge(newBurnShareBps, newTreasuryShareBps, BPS));

        // Effect: counts from the next flush on.
        burnShareBps = newBurnShareBps;
        treasuryShareBps = newTreasuryShareBps;

        emit SharesUpdated(newBurnShareBps, newTreasuryShareBps);
    }
}
