// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title IVotingUnits
/// @notice Where the sources of voting units report: the token, the stake vault and the ledger of contributions.
/// @dev None of these calls anything but the token's `balanceOf`, and none reverts for a source that reports what happened: a
/// transfer, an exit and a slash never depend on governance.
interface IVotingUnits {
    /// @notice CXT moved. Only the token. `from` or `to` is zero when it was minted or burned. `amount` in CXT wei.
    function tokenMoved(address from, address to, uint256 amount) external;

    /// @notice The units of a position of `account` changed from `oldUnits` to `newUnits`. Only the stake vault.
    function stakeChanged(address account, uint256 oldUnits, uint256 newUnits) external;

    /// @notice Contribution units of `account` shall change from `oldUnits` to `newUnits`. Only the ledger of contributions.
    /// @return accepted What counts from now on: less than `newUnits` when all contributions together would otherwise exceed
    /// their share of all units; never less than the smaller of the two.
    function contributionChanged(
        address account,
        uint256 oldUnits,
        uint256 newUnits
    ) external returns (uint256 accepted);
}
