// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title CheckpointedSet
/// @notice A set of ids that remembers what it was at the end of every past second.
/// @dev An array without gaps: a removed id is replaced by the last one. The id at each index and the number of ids are
/// checkpoints keyed by time. An index at or beyond the number of ids keeps its old checkpoints; they are never read as
/// members, because the number of ids at that second excludes them.
/// @dev INVARIANTS
/// - At any second, indices 0 ... length - 1 hold distinct ids.
/// - positions[id] - 1 is the index of `id` now; zero when it is not a member.
/// - A change at second t changes no answer about a second before t.
/// @dev COST
/// - add: 4 new slots; remove: at most 2 new slots; lookup in the past: O(log changes of one index).
library CheckpointedSet {
    using Checkpoints for Checkpoints.Trace208;

    struct Set {
        Checkpoints.Trace208 length;
        mapping(uint256 index => Checkpoints.Trace208 ids) slots;
        mapping(uint256 id => uint256 indexPlusOne) positions;
    }

    /// @notice Thrown when the id is already a member.
    error CheckpointedSetMember(uint256 id);

    /// @notice Thrown when the id is not a member.
    error CheckpointedSetNotMember(uint256 id);

    /// @dev Adds `id` as of second `timestamp`, which is not before any earlier change.
    function add(Set storage self, uint208 id, uint48 timestamp) internal {
        require(self.positions[id] == 0, CheckpointedSetMember(id));
        uint208 index = self.length.latest();
        self.slots[index].push(timestamp, id);
        self.length.push(timestamp, index + 1);
        self.positions[id] = uint256(index) + 1;
    }

    /// @dev Removes `id` as of second `timestamp`, which is not before any earlier change.
    function remove(Set storage self, uint208 id, uint48 timestamp) internal {
        uint256 position = self.positions[id];
        require(position != 0, CheckpointedSetNotMember(id));
        // A member exists, so the length is at least one.
        uint208 last = self.length.latest() - 1;
        if (position - 1 != last) {
            uint208 moved = self.slots[last].latest();
            self.slots[position - 1].push(timestamp, moved);
            self.positions[moved] = position;
        }
        self.length.push(timestamp, last);
        delete self.positions[id];
    }

    /// @dev Whether `id` is a member now.
    function contains(Set storage self, uint208 id) internal view returns (bool) {
        return self.positions[id] != 0;
    }

    /// @dev Number of members now.
    function count(Set storage self) internal view returns (uint256) {
        return self.length.latest();
    }

    /// @dev Member at `index` now. Precondition: index < count.
    function current(Set storage self, uint256 index) internal view returns (uint208) {
        return self.slots[index].latest();
    }

    /// @dev Number of members at the end of second `timestamp`. Final once that second is past.
    function countAt(Set storage self, uint48 timestamp) internal view returns (uint256) {
        return self.length.upperLookupRecent(timestamp);
    }

    /// @dev Member at `index` at the end of second `timestamp`; zero beyond the number of members.
    function memberAt(Set storage self, uint256 index, uint48 timestamp) internal view returns (uint208) {
        if (index >= countAt(self, timestamp)) return 0;
        return self.slots[index].upperLookupRecent(timestamp);
    }
}
