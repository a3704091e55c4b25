// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EntropyStatus, IEntropySource} from "./IEntropySource.sol";

/// @title BlockEntropy
/// @notice Entropy from block hashes: the value of a ticket is the hash of the block with that number.
/// @dev PERIODS
/// - Period p is the blocks [(p - 1) x periodBlocks, p x periodBlocks). A ticket lies at least `tailBlocks` blocks before
///   the end of its period, so that everybody has as many blocks to use its value.
/// - A ticket is at most `MAX_PERIOD_BLOCKS` old while its period runs, and `blockhash` reaches 256 blocks back.
/// @dev TRUST
/// - The proposer of the block of a ticket sees the value first and can withhold its block, or build it until it likes the
///   hash. On a rollup the sequencer can. Hence `maxDrawValue`, far below what a proposer loses or risks by that.
/// - Only for chains whose `block.number` and `blockhash` are their own: not where they are those of a parent chain.
/// @dev LIVENESS
/// - Needs nothing but blocks. A ticket whose period passed is expired for ever; a new one costs nothing.
contract BlockEntropy is IEntropySource {
    /// @notice Fewest blocks of a period.
    uint32 public constant MIN_PERIOD_BLOCKS = 8;

    /// @notice Most blocks of a period: below the 256 blocks that `blockhash` reaches back.
    uint32 public constant MAX_PERIOD_BLOCKS = 200;

    /// @notice Largest period number: it has to fit the tags of the trees, 31 bits.
    /// At periods of eight blocks of a quarter second: 136 years.
    uint256 public constant MAX_PERIOD = 2 ** 31 - 1;

    uint256 private immutable _periodBlocks;
    uint256 private immutable _tailBlocks;
    uint256 private immutable _maxDrawValue;

    /// @notice Thrown when the length of a period lies outside its bounds.
    error BlockEntropyPeriodOutOfBounds(uint256 periodBlocks, uint256 minimum, uint256 maximum);

    /// @notice Thrown when the blocks at the end of a period in which no ticket lies are none, or more than half of it.
    error BlockEntropyTailOutOfBounds(uint256 tailBlocks, uint256 minimum, uint256 maximum);

    /// @notice Thrown when the chain outlived the period numbers.
    error BlockEntropyPeriodsExhausted(uint256 period, uint256 maximum);

    constructor(uint32 initialPeriodBlocks, uint32 initialTailBlocks, uint256 initialMaxDrawValue) {
        require(
            initialPeriodBlocks >= MIN_PERIOD_BLOCKS && initialPeriodBlocks <= MAX_PERIOD_BLOCKS,
            BlockEntropyPeriodOutOfBounds(initialPeriodBlocks, MIN_PERIOD_BLOCKS, MAX_PERIOD_BLOCKS)
        );
        require(
            initialTailBlocks >= 1 && initialTailBlocks <= initialPeriodBlocks / 2,
            BlockEntropyTailOutOfBounds(initialTailBlocks, 1, initialPeriodBlocks / 2)
        );
        _periodBlocks = initialPeriodBlocks;
        _tailBlocks = initialTailBlocks;
        _maxDrawValue = initialMaxDrawValue;
    }

    /// @inheritdoc IEntropySource
    function period() external view returns (uint32) {
        uint256 number = _periodOf(block.number);
        require(number <= MAX_PERIOD, BlockEntropyPeriodsExhausted(number, MAX_PERIOD));
        return uint32(number);
    }

    /// @inheritdoc IEntropySource
    /// @dev Cast is safe: 2^40 blocks of a quarter second take 8,700 years.
    function nextTicket() external view returns (uint40 ticket) {
        uint256 next = block.number + 1;
        uint256 left = _periodBlocks - 1 - (next % _periodBlocks);
        // The first block of a period has all but itself left, more than any tail.
        return uint40(left >= _tailBlocks ? next : next + left + 1);
    }

    /// @inheritdoc IEntropySource
    /// @dev Cast as in `nextTicket`.
    function horizon() external view returns (uint40 ticket) {
        return uint40(block.number);
    }

    /// @inheritdoc IEntropySource
    function read(uint40 ticket) external view returns (EntropyStatus status, bytes32 value) {
        if (ticket >= block.number) return (EntropyStatus.Pending, 0);
        if (_periodOf(ticket) == _periodOf(block.number)) value = blockhash(ticket);
        status = value == 0 ? EntropyStatus.Expired : EntropyStatus.Ready;
    }

    /// @inheritdoc IEntropySource
    function maxDrawValue() external view returns (uint256) {
        return _maxDrawValue;
    }

    /// @notice Blocks of a period.
    function periodBlocks() external view returns (uint256) {
        return _periodBlocks;
    }

    /// @notice Blocks at the end of a period in which no ticket lies.
    function tailBlocks() external view returns (uint256) {
        return _tailBlocks;
    }

    function _periodOf(uint256 blockNumber) private view returns (uint256) {
        return 1 + blockNumber / _periodBlocks;
    }
}
