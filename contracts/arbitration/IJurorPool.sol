// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title IJurorPool
/// @notice Stake of jurors: separate from the stake of nodes and from votes in governance. Weight in draws is the stake up to a cap.
/// @dev Amounts are CXT wei.
interface IJurorPool {
    event JurorStaked(address indexed juror, uint256 amount, uint256 total);
    event JurorLeaving(address indexed juror, uint256 amount, uint256 withdrawableFrom);
    event JurorWithdrawn(address indexed juror, uint256 amount);
    event JurorLocked(address indexed juror, uint256 locked);
    event JurorPenalised(address indexed juror, uint256 amount);

    error JurorPoolOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);
    error JurorPoolInsufficient(address juror, uint256 amount, uint256 available);
    error JurorPoolTooEarly(address juror, uint256 from, uint256 timestamp);
    error JurorPoolOnlyCourt(address caller);

    /// @notice Adds to the caller's stake; at least `MIN_STAKE` in all.
    function stake(uint256 amount) external;

    /// @notice Asks to take `amount` out: it stops to be drawn at once and can be withdrawn after `EXIT_DELAY`.
    function startLeaving(uint256 amount) external;

    /// @notice Pays what the caller asked for, once its time is over, as far as no open vote locks it.
    function withdraw() external returns (uint256 amount);

    /// @notice Stake that is drawn, leaving, and locked for open votes.
    function jurorOf(
        address juror
    ) external view returns (uint256 staked, uint256 leaving, uint256 locked, uint256 withdrawableFrom);

    /// @notice Sum of the weights in draws now.
    function totalWeight() external view returns (uint256);

    function stakedTotal() external view returns (uint256);
}
