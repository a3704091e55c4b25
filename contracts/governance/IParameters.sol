// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Every adjustable number of the suite. The order is the id; new ones only with a new `Parameters`.
enum Parameter {
    ProtocolFeeBps, // of all markets, of tasks published later
    BurnShareBps, // of the fees
    TreasuryShareBps, // of the fees; what is neither burned nor the treasury's returns to the pool
    ComputeShareBps, // of a day's budget, of days that begin later
    MatchBps,
    NetworkShareBps,
    ClaimFeeBps,
    MaxRewardPerPoint, // CXT wei
    MacsPerWorkUnit,
    SupportBps, // of the delegated units, that a proposal needs to be promoted
    ProposerStake, // units of stake that an author or its sponsor needs
    ProposerScore, // reputation of its node, scaled by WAD
    ProposalBond, // CXT wei
    PolicyQuorumBps, // of the delegated units
    TechnicalQuorumBps,
    RewardShareBps // of a quarter's fees, that voters are paid at most
}

/// @dev What never changes about a parameter.
/// @param minimum Hard bound.
/// @param maximum Hard bound.
/// @param maxStepBps Most that one change moves it, in basis points of maximum - minimum. Above 10,000: what the present value is at most
/// multiplied with, or divided by.
/// @param minInterval Seconds between two changes.
/// @param unit Of the value: "bps", "CXT wei", "units", "WAD", "MAC".
struct ParameterSpec {
    uint128 minimum;
    uint128 maximum;
    uint32 maxStepBps;
    uint32 minInterval;
    bytes16 unit;
}

/// @dev The present value, the band within which the committee may move it, and when it last changed. Two slots.
struct ParameterState {
    uint128 value;
    uint40 changedAt;
    uint128 bandMinimum;
    uint128 bandMaximum;
}

/// @title IParameters
/// @notice The one place where numbers of the suite change: inside hard bounds, step by step, not too often.
/// @dev The contracts that use a number keep their own copy and their own hard bounds, and take changes from here alone; each
/// task keeps what held when it was published, each day what held when it began. The mining pool uses none of them.
interface IParameters {
    /// @notice Emitted when a parameter changed.
    event ParameterChanged(Parameter indexed parameter, uint256 oldValue, uint256 newValue, address indexed by);

    /// @notice Emitted when the DAO chose within which band the committee may move a parameter.
    event BandChanged(Parameter indexed parameter, uint256 minimum, uint256 maximum);

    /// @notice Thrown when a value lies outside the hard bounds, or outside the band of the committee.
    error ParametersOutOfBounds(Parameter parameter, uint256 value, uint256 minimum, uint256 maximum);

    /// @notice Thrown when a change is larger than one step.
    error ParametersStepTooLarge(Parameter parameter, uint256 oldValue, uint256 newValue, uint256 maxStep);

    /// @notice Thrown when the last change is too recent.
    error ParametersTooSoon(Parameter parameter, uint256 possibleAt, uint256 timestamp);

    /// @notice Thrown when a second is asked for that is not over.
    error ParametersFutureLookup(uint256 timepoint, uint256 timestamp);

    /// @notice Thrown when the past of a number is asked for that others keep: they snapshot it themselves.
    error ParametersNoHistory(Parameter parameter);

    /// @notice Thrown when burn share and treasury share would exceed all fees.
    error ParametersSharesTooLarge(uint256 burnShareBps, uint256 treasuryShareBps);

    /// @notice Changes a parameter inside its hard bounds. Restricted to DAO.
    function set(Parameter parameter, uint256 value) external;

    /// @notice Changes a parameter inside its band. Restricted to EXECUTIVE.
    function move(Parameter parameter, uint256 value) external;

    /// @notice Chooses the band, inside the hard bounds; minimum > maximum closes it. Restricted to DAO.
    function setBand(Parameter parameter, uint256 minimum, uint256 maximum) external;

    /// @notice Present value, clamped to the hard bounds.
    function get(Parameter parameter) external view returns (uint256 value);

    /// @notice Value at the end of a past second, clamped to the hard bounds: what began then keeps it. Of the numbers of governance alone.
    function getPast(Parameter parameter, uint256 timepoint) external view returns (uint256 value);

    /// @notice Everything about the present value.
    function stateOf(Parameter parameter) external view returns (ParameterState memory);

    /// @notice What never changes about the parameter.
    function specOf(Parameter parameter) external view returns (ParameterSpec memory);

    /// @notice Number of parameters.
    function count() external view returns (uint256);
}
