// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title VoteChoices
/// @notice How each account voted, two bits a vote: 128 proposals share a word, so that only the first vote of an account on many proposals costs
/// a new slot.
abstract contract VoteChoices {
    uint256 private constant VOTES_PER_WORD = 128;
    uint256 private constant MASK = 3;

    mapping(address voter => mapping(uint256 page => uint256 word)) private _words;

    /// @dev Records that `voter` voted `support` (0 Against, 1 For, 2 Abstain) on the proposal of place `index`. Once for each.
    function _recordChoice(uint256 index, address voter, uint8 support) internal {
        _words[voter][index / VOTES_PER_WORD] |= (uint256(support) + 1) << ((index % VOTES_PER_WORD) * 2);
    }

    /// @dev Whether `voter` voted on the proposal of place `index`, and how.
    function _choiceOf(uint256 index, address voter) internal view returns (bool voted, uint8 support) {
        uint256 bits = (_words[voter][index / VOTES_PER_WORD] >> ((index % VOTES_PER_WORD) * 2)) & MASK;
        // Cast is safe: at most 2.
        return bits == 0 ? (false, 0) : (true, uint8(bits - 1));
    }
}
