// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Grant, IGrantStream} from "./IGrantStream.sol";
import {ITreasury} from "./ITreasury.sol";

/// @title GrantStream
/// @dev INVARIANTS
/// - INV-GRT-1: withdrawn <= vested <= linear + milestones of every grant; what has vested never falls.
/// - INV-GRT-2: the sum of linear + milestones - withdrawn of all grants that run, and of vested - withdrawn of those revoked, is held of each asset.
/// @dev ROUNDING
/// - What has vested down.
/// @dev TRUST
/// - The DAO creates, approves and revokes; it cannot take what has vested. A steward approves milestones of its grant.
/// - Assets neither rebase nor take fees on transfer: a grant in another kind is refused at its creation when less arrives.
/// @dev LIVENESS
/// - Revoking pays nobody but the treasury; a recipient that cannot receive blocks nothing.
contract GrantStream is IGrantStream, AccessManaged {
    using SafeERC20 for IERC20;

    /// @notice Most milestones of a grant.
    uint256 public constant MAX_MILESTONES = 16;

    /// @notice Longest time over which a grant vests.
    uint256 public constant MAX_DURATION = 4 * 365 days;

    ITreasury private immutable _treasury;

    /// @inheritdoc IGrantStream
    uint256 public grantCount;

    mapping(uint256 grant => Grant data) private _grants;
    mapping(uint256 grant => uint128[] amounts) private _milestones;

    /// @dev Bit i is set once milestone i was approved.
    mapping(uint256 grant => uint256 bits) private _approvals;

    constructor(address initialAuthority, ITreasury treasury) AccessManaged(initialAuthority) {
        _treasury = treasury;
    }

    /// @inheritdoc IGrantStream
    function create(
        address recipient,
        address asset,
        uint128 linear,
        uint40 start,
        uint40 cliff,
        uint40 duration,
        uint128[] calldata milestones,
        address steward
    ) external restricted returns (uint256 grant) {
        // Check: somebody, something, within bounds.
        require(recipient != address(0) && recipient != address(this), GrantStreamBadTerms("recipient", 0, 0));
        require(asset.code.length != 0, GrantStreamBadTerms("asset", uint160(asset), 0));
        uint256 count = milestones.length;
        require(count <= MAX_MILESTONES, GrantStreamBadTerms("milestones", count, MAX_MILESTONES));
        require(duration <= MAX_DURATION, GrantStreamBadTerms("duration", duration, MAX_DURATION));
        require(linear == 0 || duration != 0, GrantStreamBadTerms("duration", duration, 1));
        require(cliff <= duration, GrantStreamBadTerms("cliff", cliff, duration));
        uint128 sum = 0;
        for (uint256 i = 0; i < count; ++i) {
            require(milestones[i] != 0, GrantStreamBadTerms("milestone", i, 0));
            sum += milestones[i];
        }
        uint256 total = uint256(linear) + sum;
        require(total != 0, GrantStreamBadTerms("amount", 0, 1));

        // Effect: the grant.
        grant = ++grantCount;
        _milestones[grant] = milestones;
        Grant storage data = _grants[grant];
        (data.recipient, data.asset, data.steward) = (recipient, asset, steward);
        (data.linear, data.milestones) = (linear, sum);
        (data.start, data.cliff, data.duration) = (start, cliff, duration);

        emit GrantCreated(grant, recipient, asset, linear, sum);

        // Interaction: all of it comes from the treasury, or there is no grant.
        uint256 before = IERC20(asset).balanceOf(address(this));
        _treasury.fundGrant(asset, total);
        uint256 arrived = IERC20(asset).balanceOf(address(this)) - before;
        require(arrived == total, GrantStreamBadTerms("arrived", arrived, total));
    }

    /// @inheritdoc IGrantStream
    function approveMilestone(uint256 grant, uint256 milestone) external {
        address steward = _requireKnown(grant).steward;
        require(msg.sender == steward, GrantStreamNotSteward(grant, msg.sender));
        _approve(grant, milestone);
    }

    /// @inheritdoc IGrantStream
    function approveMilestoneByDao(uint256 grant, uint256 milestone) external restricted {
        _requireKnown(grant);
        _approve(grant, milestone);
    }

    /// @inheritdoc IGrantStream
    function revoke(uint256 grant) external restricted returns (uint256 returned) {
        // Check: it runs.
        Grant storage data = _requireKnown(grant);
        require(data.revokedAt == 0, GrantStreamRevoked(grant, data.revokedAt));

        // Effect: nothing vests any more. Cast is safe: seconds.
        returned = uint256(data.linear) + data.milestones - _vested(data);
        data.revokedAt = uint40(block.timestamp);

        emit GrantRevoked(grant, returned);

        // Interaction: what has not vested goes back.
        if (returned != 0) IERC20(data.asset).safeTransfer(address(_treasury), returned);
    }

    /// @inheritdoc IGrantStream
    function withdraw(uint256 grant) external returns (uint256 amount) {
        // Check: something has vested.
        Grant storage data = _requireKnown(grant);
        amount = _vested(data) - data.withdrawn;
        if (amount == 0) return 0;

        // Effect: it is paid. Cast is safe: at most linear + milestones, whose parts are of 128 bits; the sum was funded.
        data.withdrawn += uint128(amount);
        address recipient = data.recipient;

        emit GrantWithdrawn(grant, recipient, amount);

        // Interaction: money leaves last, and only to the recipient.
        IERC20(data.asset).safeTransfer(recipient, amount);
    }

    /// @inheritdoc IGrantStream
    function setRecipient(uint256 grant, address newRecipient) external {
        // Check: the recipient names somebody.
        Grant storage data = _requireKnown(grant);
        address old = data.recipient;
        require(msg.sender == old, GrantStreamNotRecipient(grant, msg.sender));
        require(newRecipient != address(0), GrantStreamBadTerms("recipient", 0, 0));

        // Effect: from the next payment on.
        data.recipient = newRecipient;

        emit RecipientChanged(grant, old, newRecipient);
    }

    /// @inheritdoc IGrantStream
    function grantOf(uint256 grant) external view returns (Grant memory) {
        return _grants[grant];
    }

    /// @inheritdoc IGrantStream
    function vestedOf(uint256 grant) external view returns (uint256 amount) {
        return _vested(_requireKnown(grant));
    }

    /// @inheritdoc IGrantStream
    function milestoneOf(uint256 grant, uint256 milestone) external view returns (uint256 amount, bool approved) {
        uint128[] storage amounts = _milestones[grant];
        if (milestone >= amounts.length) return (0, false);
        return (amounts[milestone], _approvals[grant] & (1 << milestone) != 0);
    }

    function _approve(uint256 grant, uint256 milestone) private {
        // Check: there is such a milestone, not approved, and the grant runs.
        Grant storage data = _grants[grant];
        require(data.revokedAt == 0, GrantStreamRevoked(grant, data.revokedAt));
        uint256 count = _milestones[grant].length;
        require(milestone < count, GrantStreamBadTerms("milestone", milestone, count));
        uint256 bit = 1 << milestone;
        require(_approvals[grant] & bit == 0, GrantStreamMilestoneSettled(grant, milestone));

        // Effect: it has vested.
        _approvals[grant] |= bit;
        uint128 amount = _milestones[grant][milestone];
        data.approved += amount;

        emit MilestoneApproved(grant, milestone, amount, msg.sender);
    }

    function _requireKnown(uint256 grant) private view returns (Grant storage data) {
        data = _grants[grant];
        require(data.recipient != address(0), GrantStreamUnknown(grant));
    }

    /// @dev linear x elapsed / duration, nothing before the cliff, plus approved milestones; as of the revocation for a revoked grant.
    function _vested(Grant storage data) private view returns (uint256) {
        uint256 timestamp = data.revokedAt == 0 ? block.timestamp : data.revokedAt;
        uint256 elapsed = Math.min(Math.saturatingSub(timestamp, data.start), data.duration);
        if (elapsed < data.cliff || data.linear == 0) return data.approved;
        return (uint256(data.linear) * elapsed) / data.duration + data.approved;
    }
}
