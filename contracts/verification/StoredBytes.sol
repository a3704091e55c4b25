// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title StoredBytes
/// @notice A contract whose code is data: reading it costs a fraction of reading storage. Readers use `address.code`.
/// @dev The first byte is STOP, so that a call does nothing whatever the data is; the data follows it.
contract StoredBytes {
    constructor(bytes memory data) {
        bytes memory code = bytes.concat(hex"00", data);
        assembly ("memory-safe") {
            // Bounds: exactly the bytes of `code`.
            return(add(code, 0x20), mload(code))
        }
    }
}
