// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title IFeeRouter
/// @notice Collects the fees of the protocol and sends them on: a share is burned, the rest returns to the mining pool.
/// @dev Holds no one's claim: every CXT in it is a fee. The shares are bounded parameters.
interface IFeeRouter {
    /// @notice Emitted after the collected fees were sent on.
    event FeesRouted(uint256 burned, uint256 replenished);

    /// @notice Emitted when the share to burn changed.
    event BurnShareUpdated(uint256 oldBurnShareBps, uint256 newBurnShareBps);

    /// @notice Thrown when the share to burn is above one.
    error FeeRouterBurnShareTooLarge(uint256 burnShareBps, uint256 maximum);

    /// @notice Burns the burn share of everything held and gives the rest back to the mining pool. Open to anyone.
    /// @return burned CXT wei burned, rounded up.
    /// @return replenished CXT wei that returned to the pool.
    function flush() external returns (uint256 burned, uint256 replenished);

    /// @notice Sets the share to burn, in basis points within [0, 10,000]. Restricted.
    function setBurnShare(uint256 newBurnShareBps) external;

    /// @notice Share of the fees that is burned, in basis points.
    function burnShareBps() external view returns (uint256);
}
