// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title IFeeRouter
/// @notice Collects the fees of the protocol and sends them on: a share is burned, a share is the treasury's, the rest returns to the mining
/// pool.
/// @dev Holds no one's claim: every CXT in it is a fee. The shares are bounded parameters.
interface IFeeRouter {
    /// @notice Emitted after the collected fees were sent on.
    event FeesRouted(uint256 burned, uint256 toTreasury, uint256 replenished);

    /// @notice Emitted when the shares changed.
    event SharesUpdated(uint256 burnShareBps, uint256 treasuryShareBps);

    /// @notice Thrown when both shares together are above one.
    error FeeRouterSharesTooLarge(uint256 burnShareBps, uint256 treasuryShareBps, uint256 maximum);

    /// @notice Burns the burn share of everything held, pays the treasury its share and gives the rest back to the mining pool. Open to
    /// anyone.
    /// @return burned CXT wei burned, rounded up.
    /// @return toTreasury CXT wei sent to the treasury, rounded down.
    /// @return replenished CXT wei that returned to the pool.
    function flush() external returns (uint256 burned, uint256 toTreasury, uint256 replenished);

    /// @notice Sets the shares of future flushes, in basis points, together at most 10,000. Restricted.
    function setShares(uint256 newBurnShareBps, uint256 newTreasuryShareBps) external;

    /// @notice Where the treasury's share goes.
    function treasury() external view returns (address);

    /// @notice Share of the fees that the treasury gets, in basis points.
    function treasuryShareBps() external view returns (uint256);

    /// @notice CXT wei of fees that were ever sent on.
    function totalRouted() external view returns (uint256 amount);

    /// @notice Share of the fees that is burned, in basis points.
    function burnShareBps() external view returns (uint256);
}
