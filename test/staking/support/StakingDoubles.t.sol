// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeId} from "../../../contracts/types/Ids.sol";
import {Offence} from "../../../contracts/types/Offence.sol";

/// @dev What a vault tells the scheduler; refuses what the real one refuses.
contract SchedulerDouble {
    error BoostOutOfBounds(uint256 boostBps);

    /// @dev One slot, as in the real one.
    struct Told {
        uint16 boostBps;
        uint64 calls;
    }

    mapping(NodeId node => Told told) private _told;

    function setBoost(NodeId node, uint256 boostBps) external {
        require(boostBps == 10_000 || (boostBps >= 11_000 && boostBps <= 30_000), BoostOutOfBounds(boostBps));
        _told[node] = Told({boostBps: uint16(boostBps), calls: _told[node].calls + 1});
    }

    function boostOf(NodeId node) external view returns (uint256) {
        return _told[node].boostBps;
    }

    function callsFor(NodeId node) external view returns (uint256) {
        return _told[node].calls;
    }
}

/// @dev What a slasher tells the reputation.
contract ReputationDouble {
    mapping(NodeId node => uint256 count) public offencesOf;
    mapping(NodeId node => Offence offence) public lastOf;

    function recordOffence(NodeId node, Offence offence) external {
        ++offencesOf[node];
        lastOf[node] = offence;
    }
}
