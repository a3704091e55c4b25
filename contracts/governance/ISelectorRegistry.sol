// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title ISelectorRegistry
/// @notice What each function that a technical proposal may call means, in words, and which calls need the longer delay.
/// @dev A call needs the longer delay when its selector has no label at that target, when it gives or takes roles, delays or
/// authority (a fixed list of selectors of AccessManager, AccessManaged and TimelockController, for every target), or when it is
/// shorter than a selector.
interface ISelectorRegistry {
    /// @notice Emitted when a function got a label; an empty one takes it away.
    event SelectorLabelled(address indexed target, bytes4 indexed selector, string label);

    /// @notice Thrown when a label is longer than 100 bytes.
    error SelectorRegistryLabelTooLong(uint256 length, uint256 maximum);

    /// @notice Labels a function. Restricted to DAO; the constructor labels those of the deployment.
    function label(address target, bytes4 selector, string calldata text) external;

    /// @notice The label; empty for none.
    function labelOf(address target, bytes4 selector) external view returns (string memory);

    /// @notice Whether this call needs the longer delay.
    function needsLongDelay(address target, bytes calldata data) external view returns (bool);

    /// @notice Whether any of these calls does.
    function anyNeedsLongDelay(address[] calldata targets, bytes[] calldata datas) external view returns (bool);
}
