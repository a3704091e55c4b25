// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev A grant: by time, by milestones, or both. Amounts in wei of the asset.
/// @param recipient Who gets it; it can name another one.
/// @param asset ERC-20 that is paid.
/// @param linear Vests from `start` over `duration`, nothing before `cliff`.
/// @param milestones Sum of milestones; each vests when the DAO (or the steward of the grant) approves it.
/// @param approved Sum of approved milestones.
/// @param withdrawn What was paid.
/// @param revokedAt Second at which the unvested part went back; zero while it runs.
/// @param steward May approve milestones besides the DAO; zero for nobody.
struct Grant {
    address recipient;
    address asset;
    uint128 linear;
    uint128 milestones;
    uint128 approved;
    uint128 withdrawn;
    uint40 start;
    uint40 cliff;
    uint40 duration;
    uint40 revokedAt;
    address steward;
}

/// @title IGrantStream
/// @notice Grants of the treasury that vest over time and by milestones, and whose unvested part the DAO can take back.
interface IGrantStream {
    event GrantCreated(
        uint256 indexed grant,
        address indexed recipient,
        address indexed asset,
        uint256 linear,
        uint256 milestones
    );
    event MilestoneApproved(uint256 indexed grant, uint256 milestone, uint256 amount, address by);
    event GrantRevoked(uint256 indexed grant, uint256 returned);
    event GrantWithdrawn(uint256 indexed grant, address indexed recipient, uint256 amount);
    event RecipientChanged(uint256 indexed grant, address indexed oldRecipient, address indexed newRecipient);

    error GrantStreamUnknown(uint256 grant);
    error GrantStreamBadTerms(bytes32 term, uint256 value, uint256 limit);
    error GrantStreamNotRecipient(uint256 grant, address caller);
    error GrantStreamNotSteward(uint256 grant, address caller);
    error GrantStreamMilestoneSettled(uint256 grant, uint256 milestone);
    error GrantStreamRevoked(uint256 grant, uint256 revokedAt);

    /// @notice Creates a grant and draws its whole amount from the treasury's Grants budget. Restricted to DAO.
    /// @param milestones Amounts; at most `MAX_MILESTONES` = 16. `linear` or `milestones` may be empty, not both.
    function create(
        address recipient,
        address asset,
        uint128 linear,
        uint40 start,
        uint40 cliff,
        uint40 duration,
        uint128[] calldata milestones,
        address steward
    ) external returns (uint256 grant);

    /// @notice Approves one milestone. The steward of the grant, or DAO through `approveMilestoneByDao`.
    function approveMilestone(uint256 grant, uint256 milestone) external;

    /// @notice The same. Restricted to DAO.
    function approveMilestoneByDao(uint256 grant, uint256 milestone) external;

    /// @notice Sends what has not vested back to the treasury. Restricted to DAO. What has vested stays the recipient's.
    function revoke(uint256 grant) external returns (uint256 returned);

    /// @notice Pays the recipient what has vested; anyone may call.
    function withdraw(uint256 grant) external returns (uint256 amount);

    /// @notice The recipient names another one.
    function setRecipient(uint256 grant, address newRecipient) external;

    function grantCount() external view returns (uint256);
    function grantOf(uint256 grant) external view returns (Grant memory);
    function vestedOf(uint256 grant) external view returns (uint256 amount);
    function milestoneOf(uint256 grant, uint256 milestone) external view returns (uint256 amount, bool approved);
}
