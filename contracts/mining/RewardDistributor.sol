// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CorexToken} from "../token/CorexToken.sol";
import {NodeId} from "../types/Ids.sol";
import {BPS} from "../types/Units.sol";
import {IVotingUnits} from "../votes/IVotingUnits.sol";
import {EmissionSchedule} from "./EmissionSchedule.sol";
import {FeeRouter} from "./FeeRouter.sol";
import {IFeeRouter} from "./IFeeRouter.sol";
import {IMiningPool} from "./IMiningPool.sol";
import {INodeDirectory} from "./INodeDirectory.sol";
import {EpochBook, IRewardDistributor, NodeAccount, RewardTerms} from "./IRewardDistributor.sol";
import {MiningPool} from "./MiningPool.sol";
import {RewardMath} from "./RewardMath.sol";
import {Track} from "./Track.sol";

/// @title RewardDistributor
/// @dev ACCOUNTING
/// - One book per epoch with work. The first credit of an epoch closes the previous book, which draws that epoch's rewards
///   from the pool at once, and opens a new one with the budget and the terms of that moment.
/// - One account per node, for one epoch: credit in a later epoch, or `settle`, first pays the earlier one.
/// @dev INVARIANTS
/// - INV-RWD-1: the CXT held is the sum of the closed, unpaid rewards exactly (plus direct donations, which change
///   nothing). A reward is a whole number of wei per point times points, and closing draws that number times all points.
/// - INV-RWD-2: the points of a book are the sum of the accounts' points of its epoch, paid ones included.
/// - INV-RWD-3: a node's points in an epoch, over both tracks, are at most 1.2 times what its benchmark attests for a day,
///   times the largest multiplier among its work of the epoch.
/// - INV-RWD-4: what the pool adds to a fee is at most `matchBps` of it; what network tasks earn is at most
///   `networkShareBps` of a track's budget.
/// @dev ROUNDING
/// - Rewards down, fees up; see `RewardMath`.
/// @dev TRUST
/// - Reporters can credit any node with real capacity up to the caps: a lying one can waste a day's budget, and can touch
///   nothing that was earned before the day.
/// - The restricted role sets terms of later epochs within hard bounds. It cannot touch an open book or take a reward.
/// - The directory names where a node is paid and what it can do.
/// @dev LIVENESS
/// - Pull by poke: anyone can settle anyone; no receiver is called, so none can block another.
/// - When the directory names no payout, the reward waits in the account, and the node is credited nothing until paid.
contract RewardDistributor is IRewardDistributor, AccessManaged {
    /// @dev Work that is credited, whoever did it.
    struct Work {
        uint256 epoch;
        Track track;
        bool isNetwork;
        uint256 points;
    }

    /// @dev Hard bounds of the share for Compute-PoC = 60 % to 90 % of a budget.
    uint256 public constant MIN_COMPUTE_SHARE_BPS = 6_000;
    uint256 public constant MAX_COMPUTE_SHARE_BPS = 9_000;

    /// @dev Hard bound of what the pool adds to a fee = twice the fee.
    uint256 public constant MAX_MATCH_BPS = 20_000;

    /// @dev Hard bound of the fee on rewards = 5 %.
    uint256 public constant MAX_CLAIM_FEE_BPS = 500;

    /// @dev Hard bounds of what one point earns, in CXT wei; 1e12 wei a point = 1 CXT a work unit.
    uint256 public constant MIN_REWARD_PER_POINT = 1;
    uint256 public constant MAX_REWARD_PER_POINT = 1e12;

    /// @inheritdoc IRewardDistributor
    IMiningPool public immutable pool;

    /// @inheritdoc IRewardDistributor
    IFeeRouter public immutable feeRouter;

    /// @inheritdoc IRewardDistributor
    INodeDirectory public immutable directory;

    CorexToken private immutable _token;

    /// @dev The pool's genesis, so that the running epoch costs no call.
    uint256 private immutable _genesis;

    RewardTerms private _terms;

    /// @dev Epoch of the latest book, and whether it is still open.
    uint32 private _openEpoch;
    bool private _isOpen;

    mapping(uint256 epoch => EpochBook book) private _books;

    mapping(NodeId node => NodeAccount account) private _accounts;

    mapping(NodeId node => uint256 points) private _pointsPaid;

    /// @param treasury Receives its share of the fees.
    /// @param votes Ledger that the token tells of every transfer.
    constructor(
        address initialAuthority,
        INodeDirectory initialDirectory,
        RewardTerms memory initialTerms,
        address treasury,
        IVotingUnits votes
    ) AccessManaged(initialAuthority) {
        directory = initialDirectory;
        pool = new MiningPool(address(this), votes);
        feeRouter = new FeeRouter(initialAuthority, pool, treasury);
        _token = pool.token();
        _genesis = pool.genesis();
        _setTerms(initialTerms);
    }

    /// @inheritdoc IRewardDistributor
    function creditMatched(
        NodeId node,
        Track track,
        uint256 workPoints,
        uint256 multiplierBps,
        uint256 fee
    ) external restricted returns (uint256 points) {
        // Effect: the book of the running epoch.
        return _creditWork(Work(_rollToRunningEpoch(), track, false, workPoints), node, multiplierBps, fee);
    }

    /// @inheritdoc IRewardDistributor
    function creditNetwork(
        NodeId node,
        Track track,
        uint256 workPoints,
        uint256 multiplierBps
    ) external restricted returns (uint256 points) {
        // Effect: the book of the running epoch.
        return _creditWork(Work(_rollToRunningEpoch(), track, true, workPoints), node, multiplierBps, 0);
    }

    /// @inheritdoc IRewardDistributor
    function creditMany(
        Track track,
        bool isNetwork,
        uint256 workPoints,
        NodeId[] calldata nodes,
        uint256[] calldata multipliersBps,
        uint256[] calldata fees
    ) external restricted returns (uint256[] memory points) {
        // Check: a multiplier and a fee for each node.
        require(
            multipliersBps.length == nodes.length && fees.length == nodes.length,
            RewardDistributorLengthMismatch(nodes.length, multipliersBps.length, fees.length)
        );

        // Effect: the book of the running epoch, once for all.
        Work memory work = Work(_rollToRunningEpoch(), track, isNetwork, workPoints);
        points = new uint256[](nodes.length);
        for (uint256 i = 0; i < nodes.length; ++i) {
            points[i] = _creditWork(work, nodes[i], multipliersBps[i], fees[i]);
        }
    }

    /// @inheritdoc IRewardDistributor
    function settle(NodeId[] calldata nodes) external {
        // Effect: draw the rewards of the open book once its epoch is over.
        uint256 epoch = _runningEpoch();
        if (_isOpen && _openEpoch < epoch) _close(_openEpoch);

        // Effect: pay each node what it earned before the running epoch.
        uint256 fees = 0;
        for (uint256 i = 0; i < nodes.length; ++i) {
            NodeId node = nodes[i];
            NodeAccount memory account = _accounts[node];
            if (!_isDue(account, epoch)) continue;
            address payout = directory.payoutOf(node);
            if (payout == address(0)) continue;
            // The epoch stays, so that the slot stays non-zero and the node's next credit is cheaper.
            _accounts[node] = NodeAccount({epoch: account.epoch, computePoints: 0, validatePoints: 0});
            fees += _pay(node, account, payout);
        }

        // Interaction: all fees at once.
        if (fees > 0) _token.transfer(address(feeRouter), fees);
    }

    /// @inheritdoc IRewardDistributor
    function setTerms(RewardTerms calldata newTerms) external restricted {
        _setTerms(newTerms);
    }

    /// @inheritdoc IRewardDistributor
    function terms() external view returns (RewardTerms memory) {
        return _terms;
    }

    /// @inheritdoc IRewardDistributor
    function openEpoch() external view returns (uint256) {
        return _openEpoch;
    }

    /// @inheritdoc IRewardDistributor
    function bookOf(uint256 epoch) external view returns (EpochBook memory) {
        return _books[epoch];
    }

    /// @inheritdoc IRewardDistributor
    function accountOf(NodeId node) external view returns (NodeAccount memory) {
        return _accounts[node];
    }

    /// @inheritdoc IRewardDistributor
    function pointsPaidOf(NodeId node) external view returns (uint256 points) {
        return _pointsPaid[node];
    }

    /// @inheritdoc IRewardDistributor
    function claimableOf(NodeId node) external view returns (uint256 amount, uint256 fee) {
        NodeAccount memory account = _accounts[node];
        if (!_isDue(account, _runningEpoch()) || directory.payoutOf(node) == address(0)) return (0, 0);
        return _rewardOf(account);
    }

    /// @inheritdoc IRewardDistributor
    function pointsLeftOf(NodeId node, uint256 multiplierBps) external view returns (uint256) {
        return _pointsLeft(node, _accounts[node], _runningEpoch(), multiplierBps);
    }

    /// @dev Opens the book of the running epoch unless it is open, and closes the one before it. Returns the epoch.
    function _rollToRunningEpoch() private returns (uint256 epoch) {
        epoch = _runningEpoch();
        // A book that was opened has a positive reward per point.
        if (_books[epoch].maxRewardPerPoint != 0) return epoch;

        // Effect: the earlier epoch first, because what it draws lowers the new budget.
        if (_isOpen) _close(_openEpoch);

        // Effect: snapshot budget and terms. Casts are safe: an epoch is a number of days; a budget is below the supply.
        uint256 budget = pool.budgetOf(epoch);
        _openEpoch = uint32(epoch);
        _isOpen = true;
        EpochBook storage book = _books[epoch];
        RewardTerms memory opened = _terms;
        book.budget = uint128(budget);
        book.computeShareBps = opened.computeShareBps;
        book.matchBps = opened.matchBps;
        book.networkShareBps = opened.networkShareBps;
        book.claimFeeBps = opened.claimFeeBps;
        book.maxRewardPerPoint = opened.maxRewardPerPoint;

        emit EpochOpened(epoch, budget, opened);
    }

    /// @dev Closes the book of `epoch`, which is over, and draws exactly the sum of its rewards from the pool.
    function _close(uint256 epoch) private {
        // Effect: the book is closed.
        _isOpen = false;
        EpochBook storage book = _books[epoch];
        (uint256 computeReward, uint256 validateReward) = _rewardsPerPoint(book);
        (uint256 computePoints, uint256 validatePoints) = (book.computePoints, book.validatePoints);

        // At most the budget: rewardPerPoint * totalPoints <= trackBudget, and the two track budgets add up to at most it.
        uint256 released = computeReward * computePoints + validateReward * validatePoints;

        emit EpochClosed(epoch, computePoints, validatePoints, released);

        // Interaction: the pool, which this contract created, refuses a release of nothing.
        if (released > 0) pool.release(epoch, released);
    }

    /// @dev Credits `node` with work times the multiplier in the open book: of a network task within the share of such tasks, else
    /// within the match of `fee`.
    function _creditWork(
        Work memory work,
        NodeId node,
        uint256 multiplierBps,
        uint256 fee
    ) private returns (uint256 points) {
        (uint256 epoch, Track track) = (work.epoch, work.track);
        uint256 limit = work.isNetwork ? _networkLeft(epoch, track) : _matched(epoch, fee);
        uint256 offered = _multiply(work.points, multiplierBps);
        points = _credit(epoch, node, track, Math.min(offered, limit), multiplierBps, work.isNetwork);

        emit PointsCredited(epoch, node, track, points, offered);
    }

    /// @dev Credits `node` with at most `offered` points in the open book and pays what it earned in an earlier epoch.
    function _credit(
        uint256 epoch,
        NodeId node,
        Track track,
        uint256 offered,
        uint256 multiplierBps,
        bool isNetwork
    ) private returns (uint256 points) {
        NodeAccount memory account = _accounts[node];
        NodeAccount memory earned;
        address payout;

        // Check: an earlier epoch is paid before its place is taken; without a payout address it keeps its place.
        if (_isDue(account, epoch)) {
            payout = directory.payoutOf(node);
            if (payout == address(0)) return 0;
            earned = account;
            account = NodeAccount({epoch: uint32(epoch), computePoints: 0, validatePoints: 0});
        }

        // Check: the node's own cap for the day.
        points = Math.min(offered, _pointsLeft(node, account, epoch, multiplierBps));

        // Effect: book and account. Casts and sums are safe: see `RewardMath.MAX_NODE_POINTS`.
        if (points > 0) {
            account.epoch = uint32(epoch);
            if (track == Track.ComputePoC) account.computePoints += uint112(points);
            else account.validatePoints += uint112(points);
            _addToBook(_books[epoch], track, uint128(points), isNetwork);
        }
        if (points > 0 || payout != address(0)) _accounts[node] = account;

        // Interaction: the earlier reward. Its book is closed: this one was opened after it.
        if (payout != address(0)) {
            uint256 fee = _pay(node, earned, payout);
            if (fee > 0) _token.transfer(address(feeRouter), fee);
        }
    }

    /// @dev Adds `points` to a book. Sums are safe: see `RewardMath.MAX_NODE_POINTS`.
    function _addToBook(EpochBook storage book, Track track, uint128 points, bool isNetwork) private {
        if (track == Track.ComputePoC) {
            book.computePoints += points;
            if (isNetwork) book.networkComputePoints += points;
        } else {
            book.validatePoints += points;
            if (isNetwork) book.networkValidatePoints += points;
        }
    }

    /// @dev Pays the reward of `account`, already cleared, to `payout`, and returns the fee, which the caller passes on.
    function _pay(NodeId node, NodeAccount memory account, address payout) private returns (uint256 fee) {
        uint256 amount;
        (amount, fee) = _rewardOf(account);
        _pointsPaid[node] += uint256(account.computePoints) + account.validatePoints;

        emit RewardPaid(account.epoch, node, payout, amount, fee);

        // Interaction: the token reverts when it cannot transfer, and calls nobody.
        if (amount > 0) _token.transfer(payout, amount);
    }

    function _setTerms(RewardTerms memory newTerms) private {
        // Check: hard bounds.
        _requireWithin("computeShareBps", newTerms.computeShareBps, MIN_COMPUTE_SHARE_BPS, MAX_COMPUTE_SHARE_BPS);
        _requireWithin("matchBps", newTerms.matchBps, 0, MAX_MATCH_BPS);
        _requireWithin("networkShareBps", newTerms.networkShareBps, 0, BPS);
        _requireWithin("claimFeeBps", newTerms.claimFeeBps, 0, MAX_CLAIM_FEE_BPS);
        _requireWithin("maxRewardPerPoint", newTerms.maxRewardPerPoint, MIN_REWARD_PER_POINT, MAX_REWARD_PER_POINT);

        // Effect: for books opened from now on.
        RewardTerms memory oldTerms = _terms;
        _terms = newTerms;

        emit RewardTermsUpdated(oldTerms, newTerms);
    }

    function _runningEpoch() private view returns (uint256) {
        return EmissionSchedule.epochAt(_genesis, block.timestamp);
    }

    /// @dev Returns the points that `node` can still earn in `epoch`, given its account. The cap is one of work: points that a
    /// multiplier raises are compared with the cap raised by the same.
    function _pointsLeft(
        NodeId node,
        NodeAccount memory account,
        uint256 epoch,
        uint256 multiplierBps
    ) private view returns (uint256) {
        uint256 cap = _multiply(RewardMath.pointsCapDown(directory.dailyCapacityOf(node)), multiplierBps);
        if (account.epoch != epoch) return cap;
        return Math.saturatingSub(cap, uint256(account.computePoints) + account.validatePoints);
    }

    /// @dev Returns the reward of an account of a finished epoch: what the node gets, and the fee.
    function _rewardOf(NodeAccount memory account) private view returns (uint256 amount, uint256 fee) {
        EpochBook storage book = _books[account.epoch];
        (uint256 computeReward, uint256 validateReward) = _rewardsPerPoint(book);
        uint256 reward = computeReward * account.computePoints + validateReward * account.validatePoints;
        fee = RewardMath.feeUp(reward, book.claimFeeBps);
        amount = reward - fee;
    }

    /// @dev Returns what one point of each track earns; final once the epoch of the book is over.
    function _rewardsPerPoint(EpochBook storage book) private view returns (uint256 compute, uint256 validate) {
        uint256 maximum = book.maxRewardPerPoint;
        compute = RewardMath.rewardPerPointDown(_trackBudget(book, Track.ComputePoC), book.computePoints, maximum);
        validate = RewardMath.rewardPerPointDown(
            _trackBudget(book, Track.StakeToValidate),
            book.validatePoints,
            maximum
        );
    }

    /// @dev Points that a fee can earn in the open book: the pool at most matches it.
    function _matched(uint256 epoch, uint256 fee) private view returns (uint256) {
        EpochBook storage book = _books[epoch];
        return RewardMath.matchedPointsDown(fee, book.matchBps, book.maxRewardPerPoint);
    }

    /// @dev Points that network tasks can still earn in the open book: they stay within their share of the budget.
    function _networkLeft(uint256 epoch, Track track) private view returns (uint256) {
        EpochBook storage book = _books[epoch];
        uint256 spent = track == Track.ComputePoC ? book.networkComputePoints : book.networkValidatePoints;
        return Math.saturatingSub(_networkCap(book, track), spent);
    }

    function _networkCap(EpochBook storage book, Track track) private view returns (uint256) {
        return RewardMath.networkCapDown(_trackBudget(book, track), book.networkShareBps, book.maxRewardPerPoint);
    }

    function _trackBudget(EpochBook storage book, Track track) private view returns (uint256) {
        uint256 computeShareBps = book.computeShareBps;
        return
            RewardMath.trackBudgetDown(
                book.budget,
                track == Track.ComputePoC ? computeShareBps : BPS - computeShareBps
            );
    }

    /// @dev Returns `points` times the multiplier; reverts for one that no quality, tier and boost can reach.
    function _multiply(uint256 points, uint256 multiplierBps) private pure returns (uint256) {
        _requireWithin("multiplierBps", multiplierBps, 0, RewardMath.MAX_MULTIPLIER_BPS);
        return RewardMath.multiplyDown(points, multiplierBps);
    }

    /// @dev Whether an account holds points of an epoch before `epoch`.
    function _isDue(NodeAccount memory account, uint256 epoch) private pure returns (bool) {
        return account.epoch < epoch && (account.computePoints > 0 || account.validatePoints > 0);
    }

    function _requireWithin(bytes32 term, uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(value >= minimum && value <= maximum, RewardDistributorTermOutOfBounds(term, value, minimum, maximum));
    }
}
