// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {vm} from "./Vm.sol";

/// @dev Base of the handlers of stateful tests. A handler never hides a revert: what must fail is called through
/// `mustFail`, and everything else reverts the run.
abstract contract Handler {
    error UnexpectedSuccess(address target, bytes4 selector);

    /// @dev Seconds since the Unix epoch, kept here because the runner may reset the block's.
    uint256 public clock = 1_800_000_000;

    constructor() {
        vm.warp(clock);
    }

    /// @dev Sets the block's time to the handler's.
    modifier onTime() {
        vm.warp(clock);
        _;
    }

    /// @dev Maps `value` into [minimum, maximum].
    function bound(uint256 value, uint256 minimum, uint256 maximum) internal pure returns (uint256) {
        if (value >= minimum && value <= maximum) return value;
        uint256 size = maximum - minimum + 1;
        return size == 0 ? value : minimum + (value % size);
    }

    /// @dev Calls `target` as `caller` and reverts unless that fails.
    function mustFail(address caller, address target, bytes memory data) internal {
        vm.prank(caller);
        (bool success, ) = target.call(data);
        require(!success, UnexpectedSuccess(target, bytes4(data)));
    }
}
