// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISelectorRegistry} from "./ISelectorRegistry.sol";

/// @title GovernanceTimelock
/// @notice OpenZeppelin's timelock with bounds of its delay, and a longer one for what gives authority or has no label.
/// @dev INVARIANTS
/// - INV-GOV-1: no operation is executed before its delay, which is at least `hardMinimum`, and `LONG_DELAY` for a batch with a call that needs
///   it.
/// @dev TRUST
/// - Its governor proposes, cancels and executes; nobody administers it but itself.
contract GovernanceTimelock is TimelockController {
    /// @notice Delay of a batch with a call that gives or takes authority, or has no label.
    uint256 public constant LONG_DELAY = 14 days;

    /// @notice Longest delay that can be set.
    uint256 public constant HARD_MAXIMUM = 30 days;

    /// @notice Shortest delay that can be set.
    uint256 public immutable hardMinimum;

    /// @notice Says which calls need the longer delay; zero where none does.
    ISelectorRegistry public immutable selectors;

    /// @notice Thrown when a delay lies outside its hard bounds.
    error GovernanceTimelockOutOfBounds(uint256 delay, uint256 minimum, uint256 maximum);

    /// @param delay Seconds between queue and execution.
    /// @param minimum Hard bound of the delay.
    /// @param registry Says which calls need the longer delay; zero for none.
    /// @param admin Gives the roles of the deployment, and renounces.
    constructor(
        uint256 delay,
        uint256 minimum,
        ISelectorRegistry registry,
        address admin
    ) TimelockController(delay, new address[](0), new address[](0), admin) {
        require(delay >= minimum && delay <= HARD_MAXIMUM, GovernanceTimelockOutOfBounds(delay, minimum, HARD_MAXIMUM));
        hardMinimum = minimum;
        selectors = registry;
    }

    /// @inheritdoc TimelockController
    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        bool long = address(selectors) != address(0) && selectors.needsLongDelay(target, data);
        super.schedule(target, value, data, predecessor, salt, long ? Math.max(delay, LONG_DELAY) : delay);
    }

    /// @inheritdoc TimelockController
    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) public override {
        bool long = address(selectors) != address(0) && selectors.anyNeedsLongDelay(targets, payloads);
        super.scheduleBatch(targets, values, payloads, predecessor, salt, long ? Math.max(delay, LONG_DELAY) : delay);
    }

    /// @inheritdoc TimelockController
    function updateDelay(uint256 newDelay) public override {
        require(
            newDelay >= hardMinimum && newDelay <= HARD_MAXIMUM,
            GovernanceTimelockOutOfBounds(newDelay, hardMinimum, HARD_MAXIMUM)
        );
        super.updateDelay(newDelay);
    }
}
