// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EntropyStatus} from "../matching/IEntropySource.sol";
import {CorexToken} from "../token/CorexToken.sol";

/// @title IJurorPool
/// @notice Stake of jurors: separate from the stake of nodes and from votes in governance. Weight in draws is the stake up to a cap.
/// @dev Amounts are CXT wei.
interface IJurorPool {
    /// @notice Emitted when a juror added to its stake; `total` is its stake since.
    event JurorStaked(address indexed juror, uint256 amount, uint256 total);

    /// @notice Emitted when a juror asked to take an amount out.
    event JurorLeaving(address indexed juror, uint256 amount, uint256 withdrawableFrom);

    /// @notice Emitted when a juror was paid out.
    event JurorWithdrawn(address indexed juror, uint256 amount);

    /// @notice Emitted when a draw locked stake of a juror, or a round let it go; `locked` is what is locked since.
    event JurorLocked(address indexed juror, uint256 locked);

    /// @notice Emitted when a juror lost stake.
    event JurorPenalised(address indexed juror, uint256 amount);

    /// @notice Thrown when an amount lies outside its hard bounds.
    error JurorPoolOutOfBounds(bytes32 term, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when a juror has less than the call needs.
    error JurorPoolInsufficient(address juror, uint256 amount, uint256 available);

    /// @notice Thrown when what a juror asked for is not due yet.
    error JurorPoolTooEarly(address juror, uint256 from, uint256 timestamp);

    /// @notice Thrown when another account than the court calls what is the court's.
    error JurorPoolOnlyCourt(address caller);

    /// @notice Adds to the caller's stake; at least `MIN_STAKE` in all.
    function stake(uint256 amount) external;

    /// @notice Asks to take `amount` out: it stops to be drawn at once and can be withdrawn after `EXIT_DELAY`. What is left is
    /// nothing, or at least `MIN_STAKE`. Asking again starts the delay of all that is leaving anew.
    function startLeaving(uint256 amount) external;

    /// @notice Pays what the caller asked for, once its time is over, as far as no open vote locks it.
    function withdraw() external returns (uint256 amount);

    /// @notice Draws `votes` votes by weight, with replacement, and locks stake for each. Only the court.
    /// @param salt Tells this draw from others with the same ticket.
    /// @param excluded Accounts that are not drawn.
    /// @return status Of the entropy: unless it is ready nothing is drawn.
    /// @return jurors One account for each vote; empty when not as many were found: then nothing is locked.
    function draw(
        uint40 ticket,
        bytes32 salt,
        uint256 votes,
        address[] calldata excluded
    ) external returns (EntropyStatus status, address[] memory jurors);

    /// @notice Lets go what the votes of each juror locked, takes its penalty and sends all penalties to the court. Only the court.
    /// @param votes Votes of each juror; its penalty is at most what they locked.
    function settle(
        address[] calldata jurors,
        uint256[] calldata votes,
        uint256[] calldata penalties
    ) external returns (uint256 taken);

    /// @notice Stake that is drawn, leaving, and locked for open votes.
    function jurorOf(
        address juror
    ) external view returns (uint256 staked, uint256 leaving, uint256 locked, uint256 withdrawableFrom);

    /// @notice Sum of the weights in draws now.
    function totalWeight() external view returns (uint256);

    /// @notice CXT wei of all jurors, leaving ones included; the balance is at least this.
    function stakedTotal() external view returns (uint256);

    /// @notice The token that is staked.
    function token() external view returns (CorexToken);

    /// @notice The contract that draws, locks and penalises.
    function court() external view returns (address);
}
