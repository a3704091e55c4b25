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
/// - INV-FEE-1: burned + replenished of a flush is the whole balance before it; nothing stays, nothing goes elsewhere.
/// @dev ROUNDING
/// - The burned part is rounded up.
/// @dev TRUST
/// - The restricted role chooses how much of future flushes is burned. It cannot direct a fee to anyone.
/// @dev LIVENESS
/// - Anyone can flush at any time; nobody is ever paid from here.
contract FeeRouter is IFeeRouter, AccessManaged {
    /// @notice The vault that takes back what is not burned.
    IMiningPool public immutable pool;

    CorexToken private immutable _token;

    /// @inheritdoc IFeeRouter
    uint256 public burnShareBps;

    constructor(address initialAuthority, IMiningPool miningPool) AccessManaged(initialAuthority) {
        pool = miningPool;
        _token = miningPool.token();
        // The pool is this contract's only spender: what is here can go nowhere else.
        _token.approve(address(miningPool), type(uint256).max);
    }

    /// @inheritdoc IFeeRouter
    function flush() external returns (uint256 burned, uint256 replenished) {
        // Check: there is something to send on.
        uint256 held = _token.balanceOf(address(this));
        if (held == 0) return (0, 0);

        // Effect: none but the token's. Cannot overflow: held is at most the supply, below 2^87.
        burned = Math.ceilDiv(held * burnShareBps, BPS);
        replenished = held - burned;

        emit FeesRouted(burned, replenished);

        // Interaction: token and pool revert when they cannot.
        if (burned > 0) _token.burn(burned);
        if (replenished > 0) pool.replenish(replenished);
    }

    /// @inheritdoc IFeeRouter
    function setBurnShare(uint256 newBurnShareBps) external restricted {
        // Check: at most everything.
        require(newBurnShareBps <= BPS, FeeRouterBurnShareTooLarge(newBurnShareBps, BPS));

        // Effect: counts from the next flush on.
        uint256 oldBurnShareBps = burnShareBps;
        burnShareBps = newBurnShareBps;

        emit BurnShareUpdated(oldBurnShareBps, newBurnShareBps);
    }
}
