// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../types/Ids.sol";
import {Cursor} from "./Fragments.sol";
import {MarketRules} from "./MarketRules.sol";

/// @dev Proved fragments of one task, as they are paid: each at its own index of every list.
/// @param nodes Nodes that did them.
/// @param payouts Accounts that their fees are owed to.
/// @param bonds CXT wei of the nodes' stake that are held for them; zero for none.
/// @param qualities Punctuality, scaled by WAD.
/// @param openTiers Lowest tier in the draw; `NOT_MATCHED` when somebody missed the fragment or gave it back.
/// @param refusers Nodes that gave them back; zero for none.
struct Delivered {
    NodeId[] nodes;
    address[] payouts;
    uint256[] bonds;
    uint256[] qualities;
    uint256[] openTiers;
    NodeId[] refusers;
}

/// @title Deliveries
/// @notice Keeps what the nodes of a batch are due between the checks of its fragments and their payment.
library Deliveries {
    /// @dev In place of a tier.
    uint256 internal constant NOT_MATCHED = type(uint256).max;

    /// @dev Room for `count` fragments.
    function allocate(uint256 count) internal pure returns (Delivered memory done) {
        done.nodes = new NodeId[](count);
        done.payouts = new address[](count);
        done.bonds = new uint256[](count);
        done.qualities = new uint256[](count);
        done.openTiers = new uint256[](count);
        done.refusers = new NodeId[](count);
    }

    /// @dev Notes what is due for fragment number `i`, whose chain has this cursor, delivered now, in time.
    function note(
        Delivered memory done,
        uint256 i,
        Cursor memory cursor,
        uint256 fee,
        uint8 minTier,
        uint256 duration
    ) internal view {
        done.bonds[i] = MarketRules.bondOf(fee, cursor);
        done.qualities[i] = MarketRules.qualityDown(cursor.deadline, duration, block.timestamp);
        bool firstDrawn = NodeId.unwrap(cursor.missed) == 0;
        done.openTiers[i] = firstDrawn ? MarketRules.openTier(fee, minTier, cursor.waited) : NOT_MATCHED;
        if (cursor.refused) done.refusers[i] = cursor.missed;
    }
}
