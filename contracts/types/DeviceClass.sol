// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Kind of hardware of a node.
enum DeviceClass {
    CPU,
    GPU,
    FPGA,
    Edge
}

/// @dev Number of device classes.
uint256 constant DEVICE_CLASSES = 4;

/// @dev What a task asks for: zero for any device, else one plus the `DeviceClass`.
uint8 constant ANY_DEVICE = 0;
