// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

import {IVotingUnits} from "./IVotingUnits.sol";

/// @dev Where units come from. `Token` has no history of its own: its units are balances.
enum VoteSource {
    Token,
    Stake,
    Contribution
}

/// @title IVotingPower
/// @notice Votes of accounts: CXT held, CXT staked times its commitment, and contributions, with one delegation for all.
/// @dev Clock: seconds. Units have 18 decimals; one CXT held is 1e18. The reading surface is the one of an ERC-20, so that
/// Governor front ends can index it; units cannot be transferred by themselves.
///
/// `Transfer` is emitted where units of an account change, with the zero address as the other side of stake and contributions.
interface IVotingPower is IERC5805, IVotingUnits {
    /// @notice As in ERC-20: `value` units left `from` and came to `to`; one of them is zero when units began or ended.
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice Emitted once, when the sources and the accounts without units were fixed for ever.
    event Sealed(address token, address vault, address contributions, address[] excluded);

    /// @notice Thrown when somebody but the source reports.
    error VotingPowerOnlySource(VoteSource source, address caller);

    /// @notice Thrown when somebody but the deploying account would fix the sources.
    error VotingPowerOnlySealer(address caller);

    /// @notice Thrown when the sources are fixed already.
    error VotingPowerSealed();

    /// @notice Thrown when an account without units would delegate.
    error VotingPowerExcluded(address account);

    /// @notice Thrown when an account is excluded that has delegated, when the list is longer than `MAX_EXCLUDED`, or when the first
    /// of it does not hold the whole supply.
    error VotingPowerBadExclusion(address account, uint256 length);

    /// @notice Thrown when the past units of a source without history are asked for.
    error VotingPowerNoHistory(VoteSource source);

    /// @notice Fixes the sources and the accounts that never have units (pool, escrows, treasury, vaults). Once, by the account
    /// that deployed this, before any CXT left the pool, which comes first in the list: until then CXT cannot be transferred.
    function seal(address token, address vault, address contributions, address[] calldata excluded) external;

    /// @notice Whether the sources are fixed.
    function isSealed() external view returns (bool);

    /// @notice The contract that reports units of `source`; zero before `seal`.
    function sourceOf(VoteSource source) external view returns (address);

    /// @notice Whether `account` never has units.
    function isExcluded(address account) external view returns (bool);

    /// @notice Most that contributions may be of all units, in basis points: 1,500.
    function MAX_CONTRIBUTION_BPS() external view returns (uint256);

    /// @notice Own units of `account` from all sources, delegated or not.
    function balanceOf(address account) external view returns (uint256 units);

    /// @notice Own units of `account` from one source, as of now.
    function unitsOf(address account, VoteSource source) external view returns (uint256 units);

    /// @notice Own units of `account` from `Stake` or `Contribution` at a past second. Reverts for `Token`, which keeps none.
    function getPastUnits(address account, VoteSource source, uint256 timepoint) external view returns (uint256 units);

    /// @notice Units of all accounts from one source, as of now.
    function totalOf(VoteSource source) external view returns (uint256 units);

    /// @notice Units of all accounts from all sources, as of now.
    function totalSupply() external view returns (uint256 units);

    /// @notice Units that are delegated to somebody, as of now.
    function totalDelegated() external view returns (uint256 units);

    /// @notice Units that were delegated to somebody at a past second.
    function getPastTotalDelegated(uint256 timepoint) external view returns (uint256 units);

    function name() external view returns (string memory);
    function symbol() external view returns (string memory);
    function decimals() external view returns (uint8);
}
