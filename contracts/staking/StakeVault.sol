// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IScheduler} from "../matching/IScheduler.sol";
import {INodeRegistry, NodeStatus} from "../registry/INodeRegistry.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {NodeId} from "../types/Ids.sol";
import {BPS, WAD} from "../types/Units.sol";
import {IVotingUnits} from "../votes/IVotingUnits.sol";
import {StakeUnits} from "../votes/StakeUnits.sol";
import {BoostMath} from "./BoostMath.sol";
import {IStakeVault, Position, Stake} from "./IStakeVault.sol";
import {StakePool} from "./StakePool.sol";

/// @title StakeVault
/// @dev INVARIANTS
/// - INV-STK-1: sum of `amountOf` of a node <= its `stakeOf`; sum of `stakeOf` over all nodes == `totalStaked` <= balance. The
///   rest of the balance is donations.
/// - INV-STK-2: `slashed` of a node never falls, and rises by exactly what left with a slash, at most what was there.
/// - INV-STK-3: no withdrawal and no fee takes a node's stake below what open liabilities hold; only a slash does.
/// - INV-BST-1: a boost is one or within [1.1, 3], and what the positions that stay at this second justify. The scheduler is
///   told in the transaction that changes it; it never believes a higher one.
/// - INV-STK-6: the votes of a position are what it was worth, times its commitment, when it last changed or was synced; none once it
///   asked to leave, free places none.
/// @dev ACCOUNTING
/// - Positions are shares of the node's stake (`StakePool`). Those that stay also count their shares and their period, so the
///   boost is derived from four sums, whatever happened before.
/// - Paying out or charging one position rounds in favour of the others, so that the stake that stays may gain a wei. The
///   scheduler hears of that with the next change: it may believe less for a while, never more.
/// @dev TRUST
/// - Modules of the liability role can hold stake back, up to all of it, until they unhold it; they cannot take any.
/// - The slasher role can take any stake. It is given to `Slasher`, whose caps and split hold.
/// - Whom an operator approves can shorten the average period of its node; a revoked one cannot any more.
/// - Who stakes for a node trusts its operator: what the operator does is slashed from all positions alike, and it can bring a
///   slash about, for instance by not answering a challenge of its own, of which the reporter gets a part.
/// - Scheduler, registry, fee router, token and ledger of votes are immutable addresses of this suite. The token is CXT: no hook, no fee.
/// @dev LIVENESS
/// - Nothing here can be paused. `withdraw` calls the token alone: it needs neither registry nor scheduler, and works for
///   nodes of every status.
/// - `startLeaving` needs nobody's consent; what it tells the scheduler fails for no node.
contract StakeVault is IStakeVault, AccessManaged {
    using StakePool for Stake;

    /// @notice Positions of one node at a time.
    uint256 public constant MAX_POSITIONS = 8;

    /// @notice Least amount to open a position with: 1,000 CXT, the least that has a boost.
    uint256 public constant MIN_STAKE = BoostMath.MIN_STAKE;

    /// @notice Shortest period: 14 days, at least the time to dispute and appeal whatever a node did before it asked to leave.
    uint256 public constant MIN_PERIOD = 14 days;

    /// @notice Longest period: 1,461 days.
    uint256 public constant MAX_PERIOD = BoostMath.MAX_PERIOD;

    /// @notice Fee for leaving sooner: 20 % of the amount for the longest period.
    uint256 public constant EXPEDITE_FEE_BPS = 2_000;

    /// @notice Where that fee goes.
    address public immutable feeRouter;

    CorexToken private immutable _token;
    INodeRegistry private immutable _registry;
    IScheduler private immutable _scheduler;
    IVotingUnits private immutable _votes;

    uint256 private _totalStaked;
    mapping(NodeId node => Stake stake) private _stakes;
    mapping(NodeId node => mapping(uint256 place => Position position)) private _positions;
    mapping(NodeId node => mapping(address staker => bool approved)) private _approved;

    constructor(
        address initialAuthority,
        CorexToken cxt,
        INodeRegistry registry,
        IScheduler scheduler,
        address router
    ) AccessManaged(initialAuthority) {
        _token = cxt;
        _registry = registry;
        _scheduler = scheduler;
        _votes = cxt.votes();
        feeRouter = router;
    }

    /// @inheritdoc IStakeVault
    function approveStaker(address staker, bool approved) external {
        // Check: the caller has a node.
        NodeId node = _registry.nodeOf(msg.sender);
        require(NodeId.unwrap(node) != 0, StakeVaultNotApproved(node, msg.sender));

        // Effect: for what comes from now on.
        _approved[node][staker] = approved;

        emit StakerApproved(node, staker, approved);
    }

    /// @inheritdoc IStakeVault
    function stake(NodeId node, uint256 amount, uint32 period) external returns (uint256 position) {
        return _stake(node, amount, period);
    }

    /// @inheritdoc IStakeVault
    function stakeWithPermit(
        NodeId node,
        uint256 amount,
        uint32 period,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 position) {
        // Interaction: whether it fails does not matter, for the allowance decides: anyone can use a permit before its owner.
        // solhint-disable-next-line no-empty-blocks
        try _token.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}

        return _stake(node, amount, period);
    }

    /// @inheritdoc IStakeVault
    function topUp(NodeId node, uint256 position, uint256 amount) external {
        // Check: the caller's, staying, still wanted by the operator; an amount.
        Position storage place = _requireOwn(node, position);
        _requireStaying(node, position, place);
        _requireWelcome(node);
        _requireWithin("amount", amount, 1, StakePool.MAX_AMOUNT);

        // Effect: more shares. Cast is safe: all shares of the node fit.
        Stake storage data = _stakes[node];
        uint256 shares = data.add(amount);
        data.commit(shares, place.period);
        place.shares += uint112(shares);
        data.changedAt = uint40(block.timestamp);
        _totalStaked += amount;

        emit ToppedUp(node, position, amount);

        // Interaction: the tokens come in, or nothing was added. Then scheduler and votes hear of it.
        SafeERC20.safeTransferFrom(_token, msg.sender, address(this), amount);
        _tellScheduler(node, data);
        _tellVotes(data, place);
    }

    /// @inheritdoc IStakeVault
    function raiseCommitment(NodeId node, uint256 position, uint32 newPeriod) external {
        // Check: the caller's, staying, for longer than now and not for ever.
        Position storage place = _requireOwn(node, position);
        _requireStaying(node, position, place);
        uint256 oldPeriod = place.period;
        require(newPeriod > oldPeriod, StakeVaultCommitmentNotRaised(oldPeriod, newPeriod));
        _requireWithin("period", newPeriod, MIN_PERIOD, MAX_PERIOD);

        // Effect: the same shares for longer.
        Stake storage data = _stakes[node];
        uint256 shares = place.shares;
        data.release(shares, oldPeriod);
        data.commit(shares, newPeriod);
        place.period = newPeriod;
        data.changedAt = uint40(block.timestamp);

        emit CommitmentRaised(node, position, oldPeriod, newPeriod);

        // Interaction: scheduler and votes hear of it.
        _tellScheduler(node, data);
        _tellVotes(data, place);
    }

    /// @inheritdoc IStakeVault
    function startLeaving(NodeId node, uint256 position) external {
        // Check: the caller's and staying; nothing else.
        Position storage place = _requireOwn(node, position);
        _requireStaying(node, position, place);

        // Effect: no boost from this second on; mature after the period. Cast is safe: seconds fit for 34,000 years.
        Stake storage data = _stakes[node];
        uint256 period = place.period;
        uint256 maturesAt = block.timestamp + period;
        data.release(place.shares, period);
        place.maturesAt = uint40(maturesAt);
        data.changedAt = uint40(block.timestamp);

        emit LeaveRequested(node, position, maturesAt);

        // Interaction: scheduler and votes hear of it.
        _tellScheduler(node, data);
        _tellVotes(data, place);
    }

    /// @inheritdoc IStakeVault
    function cancelLeaving(NodeId node, uint256 position) external {
        // Check: the caller's, leaving or mature, and the node still takes stake.
        Position storage place = _requireOwn(node, position);
        require(place.maturesAt != 0, StakeVaultStaying(node, position));
        _requireWelcome(node);

        // Effect: as before it asked.
        Stake storage data = _stakes[node];
        data.commit(place.shares, place.period);
        place.maturesAt = 0;
        data.changedAt = uint40(block.timestamp);

        emit LeaveCancelled(node, position);

        // Interaction: scheduler and votes hear of it.
        _tellScheduler(node, data);
        _tellVotes(data, place);
    }

    /// @inheritdoc IStakeVault
    function expedite(NodeId node, uint256 position) external {
        // Check: the caller's, leaving for longer than the shortest period, and the node answers for nothing.
        Position storage place = _requireOwn(node, position);
        uint256 oldMaturesAt = place.maturesAt;
        require(oldMaturesAt != 0, StakeVaultStaying(node, position));
        _requireWithin("rest", Math.saturatingSub(oldMaturesAt, block.timestamp), MIN_PERIOD + 1, MAX_PERIOD);
        Stake storage data = _stakes[node];
        require(data.held == 0, StakeVaultHeld(node, data.tokens, data.held));

        // Effect: the fee leaves its shares, and it matures as if it had asked for the shortest period now.
        uint256 fee = _expediteFeeUp(data.amountDown(place.shares), oldMaturesAt - block.timestamp - MIN_PERIOD);
        if (fee != 0) place.shares -= uint112(data.charge(fee));
        place.maturesAt = uint40(block.timestamp + MIN_PERIOD);
        data.changedAt = uint40(block.timestamp);
        _totalStaked -= fee;

        emit ExitExpedited(node, position, fee, oldMaturesAt, block.timestamp + MIN_PERIOD);

        // Interaction: the fee goes to the treasury.
        SafeERC20.safeTransfer(_token, feeRouter, fee);
    }

    /// @inheritdoc IStakeVault
    function withdraw(NodeId node, uint256 position) external returns (uint256 amount) {
        // Check: the caller's and mature.
        Position storage place = _requireOwn(node, position);
        uint256 maturesAt = place.maturesAt;
        require(maturesAt != 0, StakeVaultStaying(node, position));
        require(block.timestamp >= maturesAt, StakeVaultNotMature(node, position, maturesAt, block.timestamp));

        // Effect: the place is free and the shares are gone.
        Stake storage data = _stakes[node];
        amount = data.remove(place.shares);
        data.places &= ~uint8(1 << position);
        data.changedAt = uint40(block.timestamp);
        delete _positions[node][position];
        _totalStaked -= amount;

        // Check: what is left covers what open liabilities hold.
        (uint256 left, uint256 held) = (data.tokens, data.held);
        require(left >= held, StakeVaultHeld(node, left, held));

        emit Withdrawn(node, position, msg.sender, amount);

        // Interaction: money leaves last, and only to its owner.
        SafeERC20.safeTransfer(_token, msg.sender, amount);
    }

    /// @inheritdoc IStakeVault
    function syncVotes(NodeId node) external {
        Stake storage data = _stakes[node];
        uint256 places = data.places;
        for (uint256 place = 0; place < MAX_POSITIONS; ++place) {
            if (places & (1 << place) != 0) _tellVotes(data, _positions[node][place]);
        }
    }

    /// @inheritdoc IStakeVault
    function hold(NodeId node, uint256 amount) external restricted returns (bool held) {
        // Check: that much is free. After a slash more may be held than there is; then nothing is.
        Stake storage data = _stakes[node];
        if (amount > Math.saturatingSub(data.tokens, data.held)) return false;

        // Effect: it answers for one more liability. Cast is safe: at most `tokens`.
        data.held += uint96(amount);

        emit HoldUpdated(node, data.held);
        return true;
    }

    /// @inheritdoc IStakeVault
    function unhold(NodeId node, uint256 amount) external restricted {
        // Check: that much is held.
        Stake storage data = _stakes[node];
        uint256 held = data.held;
        require(amount <= held, StakeVaultNotHeld(node, amount, held));

        // Effect: free again. Cast is safe: at most `held`.
        data.held = uint96(held - amount);

        emit HoldUpdated(node, held - amount);
    }

    /// @inheritdoc IStakeVault
    function slash(NodeId node, uint256 amount) external restricted returns (uint256 slashed) {
        // Effect: all positions are worth less.
        Stake storage data = _stakes[node];
        slashed = data.slash(amount);
        data.changedAt = uint40(block.timestamp);
        _totalStaked -= slashed;

        emit StakeSlashed(node, amount, slashed, data.tokens);

        // Interaction: the slasher gets it; the scheduler hears of it if there was a boost to lose.
        SafeERC20.safeTransfer(_token, msg.sender, slashed);
        if (data.stayingShares != 0) _tellScheduler(node, data);
    }

    /// @inheritdoc IStakeVault
    function token() external view returns (CorexToken) {
        return _token;
    }

    /// @inheritdoc IStakeVault
    function stakeOf(NodeId node) external view returns (uint256 tokens) {
        return _stakes[node].tokens;
    }

    /// @inheritdoc IStakeVault
    function stayingStakeOf(NodeId node) external view returns (uint256 tokens) {
        Stake storage data = _stakes[node];
        return data.amountDown(data.stayingShares);
    }

    /// @inheritdoc IStakeVault
    function boostOf(NodeId node) external view returns (uint256 boost) {
        return _boost(_stakes[node]);
    }

    /// @inheritdoc IStakeVault
    function boostAt(NodeId node, uint256 timestamp) external view returns (uint256 boost) {
        Stake storage data = _stakes[node];
        uint256 changedAt = data.changedAt;
        require(timestamp >= changedAt, StakeVaultForgotten(node, timestamp, changedAt));
        return _boost(data);
    }

    /// @inheritdoc IStakeVault
    function positionOf(NodeId node, uint256 position) external view returns (Position memory) {
        return _positions[node][position];
    }

    /// @inheritdoc IStakeVault
    function amountOf(NodeId node, uint256 position) external view returns (uint256 amount) {
        return _stakes[node].amountDown(_positions[node][position].shares);
    }

    /// @inheritdoc IStakeVault
    function stakeDataOf(NodeId node) external view returns (Stake memory) {
        return _stakes[node];
    }

    /// @inheritdoc IStakeVault
    function isApproved(NodeId node, address staker) external view returns (bool) {
        NodeId own = _registry.nodeOf(staker);
        return (NodeId.unwrap(own) != 0 && own == node) || _approved[node][staker];
    }

    /// @inheritdoc IStakeVault
    function totalStaked() external view returns (uint256 tokens) {
        return _totalStaked;
    }

    /// @dev Opens a position of the caller. See `stake`.
    function _stake(NodeId node, uint256 amount, uint32 period) private returns (uint256 position) {
        // Check: wanted by the operator, within bounds, and there is a place.
        _requireWelcome(node);
        _requireWithin("amount", amount, MIN_STAKE, StakePool.MAX_AMOUNT);
        _requireWithin("period", period, MIN_PERIOD, MAX_PERIOD);
        Stake storage data = _stakes[node];
        uint256 places = data.places;
        position = _freePlace(node, places);

        // Effect: shares in a place. Casts are safe: all shares of the node fit, and a place is below 8.
        uint256 shares = data.add(amount);
        data.commit(shares, period);
        data.places = uint8(places | (1 << position));
        data.changedAt = uint40(block.timestamp);
        _positions[node][position] = Position({
            owner: msg.sender,
            period: period,
            maturesAt: 0,
            shares: uint112(shares),
            votes: 0
        });
        _totalStaked += amount;

        emit Staked(node, position, msg.sender, amount, period);

        // Interaction: the tokens come in, or nothing was opened. Then scheduler and votes hear of it.
        SafeERC20.safeTransferFrom(_token, msg.sender, address(this), amount);
        _tellScheduler(node, data);
        _tellVotes(data, _positions[node][position]);
    }

    /// @dev Tells the scheduler the boost as of now, in basis points, rounded down.
    function _tellScheduler(NodeId node, Stake storage data) private {
        _scheduler.setBoost(node, _boost(data) / (WAD / BPS));
    }

    /// @dev Tells the ledger of votes what a position is worth to its owner now; nothing once it asked to leave. Cast is safe: at most four times
    /// a stake.
    function _tellVotes(Stake storage data, Position storage place) private {
        uint256 oldUnits = place.votes;
        uint256 newUnits = place.maturesAt != 0 ? 0 : StakeUnits.unitsDown(data.amountDown(place.shares), place.period);
        if (newUnits == oldUnits) return;
        place.votes = uint128(newUnits);
        _votes.stakeChanged(place.owner, oldUnits, newUnits);
    }

    /// @dev Boost of the positions that stay, each CXT wei of them rounded down.
    function _boost(Stake storage data) private view returns (uint256) {
        return BoostMath.boostDown(data.amountDown(data.stayingShares), data.averagePeriodDown());
    }

    function _requireOwn(NodeId node, uint256 position) private view returns (Position storage place) {
        place = _positions[node][position];
        require(place.owner == msg.sender, StakeVaultNotOwner(node, position, msg.sender));
    }

    function _requireStaying(NodeId node, uint256 position, Position storage place) private view {
        uint256 maturesAt = place.maturesAt;
        require(maturesAt == 0, StakeVaultLeaving(node, position, maturesAt));
    }

    /// @dev Reverts unless the node takes stake and the caller may bring it.
    function _requireWelcome(NodeId node) private view {
        _requireOpen(node);
        bool welcome = msg.sender == _registry.operatorOf(node) || _approved[node][msg.sender];
        require(welcome, StakeVaultNotApproved(node, msg.sender));
    }

    /// @dev Reverts unless the node exists and neither exited nor was removed.
    function _requireOpen(NodeId node) private view {
        NodeStatus status = _registry.statusOf(node);
        require(
            status != NodeStatus.None && status != NodeStatus.Exited && status != NodeStatus.Removed,
            StakeVaultClosedNode(node)
        );
    }

    /// @dev The first free place; at most 8 steps.
    function _freePlace(NodeId node, uint256 places) private pure returns (uint256 place) {
        while (places & (1 << place) != 0) ++place;
        require(place < MAX_POSITIONS, StakeVaultNoPlace(node, MAX_POSITIONS));
    }

    function _requireWithin(bytes32 term, uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(value >= minimum && value <= maximum, StakeVaultOutOfBounds(term, value, minimum, maximum));
    }

    /// @dev Returns the fee on `amount` for leaving `shortened` seconds sooner, rounded up; at most a fifth of it, rounded up.
    /// Cannot overflow: 2^88 * 2^27 * 2^11. Precondition: shortened <= MAX_PERIOD.
    function _expediteFeeUp(uint256 amount, uint256 shortened) private pure returns (uint256) {
        return Math.ceilDiv(amount * shortened * EXPEDITE_FEE_BPS, BPS * MAX_PERIOD);
    }
}
