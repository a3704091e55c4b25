// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Operates a node and is where it is paid. Whoever else calls it loses all the gas: nothing that pays, judges or ends a
/// result may depend on it.
contract HostileOperator {
    address private immutable _owner = msg.sender;

    /// @dev Makes the calls of an operator, for the account that created it.
    function run(address target, bytes calldata data) external {
        require(msg.sender == _owner, "not its owner");
        (bool success, bytes memory returned) = target.call(data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(returned, 0x20), mload(returned))
        }
    }

    receive() external payable {
        while (true) {}
    }

    fallback() external payable {
        while (true) {}
    }
}
