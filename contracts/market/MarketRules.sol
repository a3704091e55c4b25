// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Tiers} from "../matching/Tiers.sol";
import {NodeId} from "../types/Ids.sol";
import {BPS, WAD} from "../types/Units.sol";
import {Cursor} from "./Fragments.sol";
import {IMarket} from "./IMarket.sol";

/// @title MarketRules
/// @notice The rules that hold for a fragment of any task, pure: fees, bonds, tiers, quality, shards, bounds.
library MarketRules {
    /// @dev Seconds from assignment to submission: one minute, so that no owner can race everybody but its own node,
    /// to seven days.
    uint256 internal constant MIN_FRAGMENT_DURATION = 1 minutes;
    uint256 internal constant MAX_FRAGMENT_DURATION = 7 days;

    /// @dev Least fee per multiply-accumulate: 0.000001 CXT, so that dust cannot buy draws.
    uint256 internal constant MIN_FEE_PER_WORK_UNIT = 1e12;

    /// @dev Most for one fragment, whatever the entropy is good for: the whole supply of 100,000,000 CXT. Keeps every product
    /// below 2^256.
    uint256 internal constant MAX_FEE = 100_000_000e18;

    /// @dev A draw is worth at most the fee and twice as much from the pool (`RewardDistributor.MAX_MATCH_BPS`).
    uint256 internal constant DRAW_VALUE_PER_FEE = 3;

    /// @dev Part of the fee that a staked node's stake answers for while it has a fragment of a market task = 50 %.
    uint256 internal constant BOND_BPS = 5_000;

    /// @dev Fee per fragment from which staked high tiers are drawn first: 100 CXT.
    uint256 internal constant HIGH_VALUE_FEE = 100e18;

    /// @dev Seconds for which a high-value fragment asks for the highest tier, before it asks for one lower, and so on.
    uint256 internal constant PRIORITY_WINDOW = 1 minutes;

    /// @dev Largest fee of a fragment whose draw may be worth `maxDrawValue`.
    function maxFeeDown(uint256 maxDrawValue) internal pure returns (uint256) {
        uint256 safe = maxDrawValue / DRAW_VALUE_PER_FEE;
        return safe < MAX_FEE ? safe : MAX_FEE;
    }

    /// @dev Splits the fee of one fragment into what the node gets and what the protocol gets, rounded up.
    function splitFee(uint256 fee, uint256 protocolFeeBps) internal pure returns (uint256 paid, uint256 protocolFeeUp) {
        // Cannot overflow: fee <= 1e26 and protocolFeeBps <= 1,000.
        protocolFeeUp = (fee * protocolFeeBps + BPS - 1) / BPS;
        paid = fee - protocolFeeUp;
    }

    /// @dev CXT wei of a staked node's stake that answer for one fragment, rounded down.
    function bondDown(uint256 fee) internal pure returns (uint256) {
        return (fee * BOND_BPS) / BPS;
    }

    /// @dev CXT wei held for the assigned fragment; zero when its node works without bond.
    function bondOf(uint256 fee, Cursor memory cursor) internal pure returns (uint256) {
        return cursor.bonded ? bondDown(fee) : 0;
    }

    /// @dev Protocol fee that is kept of the fee of an open fragment that will not be done, rounded up: none, unless a node missed
    /// it or gave it back. An owner that hides its data from others would otherwise cancel and publish again for nothing until
    /// its own node is drawn first, and earn the match each time (ADR 0013).
    function keptUp(uint256 fee, Cursor memory cursor, uint256 protocolFeeBps) internal pure returns (uint256 kept) {
        if (NodeId.unwrap(cursor.missed) != 0) (, kept) = splitFee(fee, protocolFeeBps);
    }

    /// @dev Lowest tier in the draw of a fragment that `waited` seconds before the draw was requested. High-value fragments
    /// go to tier 4, which needs stake, then open by one tier each window down to what the owner asked for.
    function openTier(uint256 fee, uint8 minTier, uint256 waited) internal pure returns (uint8) {
        if (fee < HIGH_VALUE_FEE) return minTier;
        uint256 opened = waited / PRIORITY_WINDOW;
        if (opened >= Tiers.MAX_TIER - minTier) return minTier;
        return uint8(Tiers.MAX_TIER - opened);
    }

    /// @dev Quality of work proved in time, scaled by WAD: one if at least half of the time is left, falling in a straight
    /// line to one half at the deadline. Rounded down. Preconditions: timestamp <= deadline, duration > 0.
    function qualityDown(uint256 deadline, uint256 duration, uint256 timestamp) internal pure returns (uint256) {
        uint256 left = deadline - timestamp;
        return 2 * left >= duration ? WAD : WAD / 2 + (left * WAD) / duration;
    }

    /// @dev Whether the shard committed to by `batch` is number `index` below `root`. The leaf is hashed twice so that
    /// an inner node can never pass for one.
    function isShard(bytes32 root, uint256 index, uint256 batch, bytes32[] calldata path) internal pure returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, batch))));
        return MerkleProof.verifyCalldata(path, root, leaf);
    }

    /// @dev Reverts unless `value` lies in its bounds, both inclusive.
    function requireWithin(bytes32 term, uint256 value, uint256 minimum, uint256 maximum) internal pure {
        require(value >= minimum && value <= maximum, IMarket.MarketTermOutOfBounds(term, value, minimum, maximum));
    }

    /// @dev Reverts when `value` is zero.
    function requireSet(bytes32 term, bytes32 value) internal pure {
        require(value != bytes32(0), IMarket.MarketEmptyTerm(term));
    }
}
