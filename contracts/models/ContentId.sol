// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title ContentId
/// @notice Spells SHA-256 digests as the content ids of the store: CIDv1, raw codec, lower-case base32.
library ContentId {
    /// @dev Version 1, raw codec, SHA2-256, 32 bytes: what precedes the digest.
    uint256 private constant PREFIX = 0x01551220;

    /// @dev Characters of an id: the multibase letter, then 36 bytes in groups of five bits.
    uint256 private constant LENGTH = 59;

    bytes32 private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /// @dev The id of the content whose digest is `digest`: "bafkrei" and 52 more characters.
    function toText(bytes32 digest) internal pure returns (string memory) {
        bytes memory text = new bytes(LENGTH);
        text[0] = "b";
        // The 288 bits have two words: the first 4 bytes and the 28 highest of the digest, and the 4 lowest of the digest.
        // 250 bits of the first are 50 characters, and its last 6 start the second: 6 + 32 bits and two zeros are the other 8.
        uint256 high = (PREFIX << 224) | (uint256(digest) >> 32);
        uint256 low = ((high & 0x3f) << 34) | ((uint256(digest) & type(uint32).max) << 2);
        for (uint256 i = 0; i < 50; ++i) text[i + 1] = ALPHABET[(high >> (251 - 5 * i)) & 31];
        for (uint256 i = 0; i < 8; ++i) text[i + 51] = ALPHABET[(low >> (35 - 5 * i)) & 31];
        return string(text);
    }
}
