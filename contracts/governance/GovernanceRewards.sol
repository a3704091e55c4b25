// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IFeeRouter} from "../mining/IFeeRouter.sol";
import {Budget, ITreasury} from "../treasury/ITreasury.sol";
import {BPS} from "../types/Units.sol";
import {IVotingPower, VoteSource} from "../votes/IVotingPower.sol";
import {GovernanceRewardMath} from "./GovernanceRewardMath.sol";
import {IGovernanceRewards, RewardQuarter} from "./IGovernanceRewards.sol";
import {IParameters, Parameter} from "./IParameters.sol";
import {IStageGovernor} from "./IStageGovernor.sol";
import {ITechnicalGovernor} from "./ITechnicalGovernor.sol";

/// @dev What the rewards are made of.
struct RewardSuite {
    IVotingPower votes;
    IStageGovernor policy;
    ITechnicalGovernor technical;
    ITreasury treasury;
    IFeeRouter feeRouter;
    IERC20 token;
    IParameters parameters;
}

/// @title GovernanceRewards
/// @dev INVARIANTS
/// - INV-RWG-1: paid of a quarter <= its pool <= `RewardShareBps` of its fees; the CXT held is the sum of pool - paid over all quarters, plus
///   donations.
/// - INV-RWG-2: fees count in at most one quarter.
/// - INV-RWG-3: what was paid to an account never exceeds its share of the weight, and an annulment takes only what is not paid yet.
/// @dev ROUNDING
/// - Everything down; the dust returns to the treasury.
/// @dev TRUST
/// - The restricted role can lower the reward of those who voted for a proposal by a tenth, and raise that of those who voted against it by a
///   twentieth. It cannot direct a reward.
/// - Governors, ledger of votes, treasury and parameters are immutable contracts of this suite.
/// @dev LIVENESS
/// - Everything but `annul` is open to anyone. A budget that is exhausted delays the funding, and nothing else.
contract GovernanceRewards is IGovernanceRewards, AccessManaged {
    using SafeERC20 for IERC20;

    /// @dev A proposal that counts.
    struct Ballot {
        uint256 proposalId;
        bool technical;
    }

    /// @notice Length of a quarter.
    uint256 public constant QUARTER = 90 days;

    /// @notice Time after a quarter until its last timelock is over.
    uint256 public constant SETTLING = 37 days;

    /// @notice Time to enrol.
    uint256 public constant ENROLMENT = 30 days;

    /// @notice Time over which rewards vest.
    uint256 public constant VESTING = 180 days;

    /// @notice Time to withdraw what has vested.
    uint256 public constant CLAIMING = 365 days;

    /// @notice Proposals that count in one quarter.
    uint256 public constant MAX_PROPOSALS = 64;

    /// @dev Proposals that `fund` and `enrol` count on their way.
    uint256 private constant STEP = 16;

    /// @notice Second at which quarter 0 began.
    uint256 public immutable genesis;

    IVotingPower private immutable _votes;
    IStageGovernor private immutable _policy;
    ITechnicalGovernor private immutable _technical;
    ITreasury private immutable _treasury;
    IFeeRouter private immutable _feeRouter;
    IERC20 private immutable _token;
    IParameters private immutable _parameters;

    /// @dev Proposals of each governor that were looked at. One slot with the quarter of the latest mark.
    uint64 private _policySeen;
    uint64 private _technicalSeen;
    uint64 private _lastMarked;

    mapping(uint256 quarter => RewardQuarter data) private _quarters;
    mapping(uint256 quarter => Ballot[] ballots) private _ballots;
    mapping(uint256 quarter => uint256[] places) private _annulled;

    /// @dev Quarter + 1 and place of a proposal that counts; zero for none.
    mapping(uint256 proposalId => uint256 quarterAfter) private _countedIn;
    mapping(uint256 proposalId => uint256 place) private _placeOf;
    mapping(uint256 proposalId => bool annulled) private _isAnnulled;

    /// @dev Fees ever routed when the quarter was marked, and the quarter of the mark after it; zero for none.
    mapping(uint256 quarter => uint256 amount) private _routedAt;
    mapping(uint256 quarter => uint256 next) private _nextMark;

    mapping(uint256 quarter => mapping(address account => uint256 weight)) private _weights;
    mapping(uint256 quarter => mapping(address account => uint256 amount)) private _paid;

    constructor(address initialAuthority, RewardSuite memory suite) AccessManaged(initialAuthority) {
        genesis = block.timestamp;
        _votes = suite.votes;
        _policy = suite.policy;
        _technical = suite.technical;
        _treasury = suite.treasury;
        _feeRouter = suite.feeRouter;
        _token = suite.token;
        _parameters = suite.parameters;
        _routedAt[0] = suite.feeRouter.totalRouted();
    }

    /// @inheritdoc IGovernanceRewards
    function count(uint256 limit) external {
        _mark();
        _count(limit);
    }

    /// @inheritdoc IGovernanceRewards
    function fund(uint256 quarter) external returns (uint256 drawn) {
        // Check: over, and nobody was paid yet.
        uint256 end = endOf(quarter);
        _requireTime(quarter, end, end + SETTLING + ENROLMENT);

        // Effect: what the share of the fees allows and the budget gives. Cast is safe: CXT.
        _mark();
        RewardQuarter storage data = _quarters[quarter];
        uint256 fees = feesOf(quarter);
        uint256 target = (fees * _parameters.get(Parameter.RewardShareBps)) / BPS;
        uint256 missing = Math.saturatingSub(target, data.pool);
        drawn = Math.min(missing, _treasury.availableOf(Budget.Incentives, address(_token)));
        if (drawn == 0) return 0;
        data.pool += uint96(drawn);

        emit QuarterFunded(quarter, drawn, data.pool, fees);

        // Interaction: the treasury sends exactly that, or reverts.
        _treasury.fundRewards(address(_token), drawn);
    }

    /// @inheritdoc IGovernanceRewards
    function enrol(uint256 quarter, address account) external returns (uint256 weight) {
        // Check: the time of enrolment, once, all proposals counted, and something to enrol.
        uint256 opensAt = endOf(quarter) + SETTLING;
        _requireTime(quarter, opensAt, opensAt + ENROLMENT);
        require(_weights[quarter][account] == 0, GovernanceRewardsEnrolled(quarter, account));
        _count(STEP);
        require(_isCounted(quarter), GovernanceRewardsNotCounted(quarter));
        (weight, ) = _weigh(quarter, account);
        require(weight != 0, GovernanceRewardsNoWeight(quarter, account));

        // Effect: it shares in the pool.
        _weights[quarter][account] = weight;
        _quarters[quarter].weight += weight;

        emit Enrolled(quarter, account, weight);
    }

    /// @inheritdoc IGovernanceRewards
    function withdraw(uint256 quarter, address account) external returns (uint256 amount) {
        // Check: between the end of enrolment and the end of claims.
        uint256 opensAt = _vestingOf(quarter);
        _requireTime(quarter, opensAt, opensAt + VESTING + CLAIMING);
        uint256 multiplierBps = multiplierOf(quarter, account);
        amount = _withdrawable(quarter, account, multiplierBps);
        if (amount == 0) return 0;

        // Effect: it is paid. Cast is safe: at most the pool.
        _paid[quarter][account] += amount;
        _quarters[quarter].paid += uint96(amount);

        emit RewardPaid(quarter, account, amount, multiplierBps);

        // Interaction: money leaves last, and only to whom it belongs.
        _token.safeTransfer(account, amount);
    }

    /// @inheritdoc IGovernanceRewards
    function annul(uint256 proposalId) external restricted {
        _annul(proposalId);
    }

    /// @inheritdoc IGovernanceRewards
    function annulVetoed(uint256 proposalId) external {
        require(_technical.vetoUpheld(proposalId), GovernanceRewardsNotAnnullable(proposalId));
        _annul(proposalId);
    }

    /// @inheritdoc IGovernanceRewards
    function sweep(uint256 quarter) external returns (uint256 amount) {
        // Check: nobody can be due anything of it any more.
        RewardQuarter storage data = _quarters[quarter];
        uint256 opensAt = _vestingOf(quarter);
        if (data.weight != 0) opensAt += VESTING + CLAIMING;
        _requireTime(quarter, opensAt, type(uint256).max);
        amount = data.pool - data.paid;
        if (amount == 0) return 0;

        // Effect: nothing is left.
        data.paid = data.pool;

        emit PoolReturned(quarter, amount);

        // Interaction: back to where it came from.
        _token.safeTransfer(address(_treasury), amount);
    }

    /// @inheritdoc IGovernanceRewards
    function quarterOf(uint256 quarter) external view returns (RewardQuarter memory) {
        return _quarters[quarter];
    }

    /// @inheritdoc IGovernanceRewards
    function weightOf(
        uint256 quarter,
        address account
    ) external view returns (uint256 weight, uint256 participationBps) {
        return _weigh(quarter, account);
    }

    /// @inheritdoc IGovernanceRewards
    function withdrawableOf(uint256 quarter, address account) external view returns (uint256 amount) {
        uint256 opensAt = _vestingOf(quarter);
        bool open = block.timestamp >= opensAt && block.timestamp < opensAt + VESTING + CLAIMING;
        return open ? _withdrawable(quarter, account, multiplierOf(quarter, account)) : 0;
    }

    /// @inheritdoc IGovernanceRewards
    function currentQuarter() public view returns (uint256 quarter) {
        return _quarterAt(block.timestamp);
    }

    /// @inheritdoc IGovernanceRewards
    function endOf(uint256 quarter) public view returns (uint256 timestamp) {
        return genesis + (quarter + 1) * QUARTER;
    }

    /// @inheritdoc IGovernanceRewards
    function feesOf(uint256 quarter) public view returns (uint256 fees) {
        uint256 next = _nextMark[quarter];
        return next == 0 ? 0 : _routedAt[next] - _routedAt[quarter];
    }

    /// @inheritdoc IGovernanceRewards
    function multiplierOf(uint256 quarter, address account) public view returns (uint256 multiplierBps) {
        uint256[] storage places = _annulled[quarter];
        (uint256 inFavour, uint256 against) = (0, 0);
        for (uint256 i = 0; i < places.length; ++i) {
            (bool voted, uint8 support) = _choiceOf(_ballots[quarter][places[i]], account);
            if (!voted) continue;
            if (support == 1) ++inFavour;
            else if (support == 0) ++against;
        }
        return GovernanceRewardMath.multiplier(inFavour, against);
    }

    /// @dev Marks the fees at the first call in a quarter. Cast is safe: a number of quarters.
    function _mark() private {
        uint256 quarter = currentQuarter();
        uint256 last = _lastMarked;
        if (quarter == last) return;
        _nextMark[last] = quarter;
        _routedAt[quarter] = _feeRouter.totalRouted();
        _lastMarked = uint64(quarter);
    }

    /// @dev Assigns up to `limit` proposals whose vote has begun: their author cannot cancel them any more. Casts are safe: a counter each.
    function _count(uint256 limit) private {
        uint256 seen = _policySeen;
        uint256 length = _policy.promotedCount();
        for (; limit != 0 && seen < length; --limit) {
            if (!_countOne(_policy, false, seen)) break;
            ++seen;
        }
        _policySeen = uint64(seen);
        seen = _technicalSeen;
        length = _technical.promotedCount();
        for (; limit != 0 && seen < length; --limit) {
            if (!_countOne(_technical, true, seen)) break;
            ++seen;
        }
        _technicalSeen = uint64(seen);
    }

    /// @dev Returns false when the vote has not begun. A proposal that was cancelled before its vote, or is beyond the limit, does not count.
    function _countOne(IStageGovernor governor, bool technical, uint256 index) private returns (bool) {
        uint256 proposalId = governor.promotedAt(index);
        uint256 snapshot = governor.proposalSnapshot(proposalId);
        if (snapshot >= block.timestamp) return false;
        uint256 quarter = _quarterAt(snapshot);
        Ballot[] storage ballots = _ballots[quarter];
        bool cancelled =
            governor.state(proposalId) == IGovernor.ProposalState.Canceled && !_wasVetoed(technical, proposalId);
        if (cancelled || ballots.length >= MAX_PROPOSALS) return true;
        _countedIn[proposalId] = quarter + 1;
        _placeOf[proposalId] = ballots.length;
        ballots.push(Ballot({proposalId: proposalId, technical: technical}));
        ++_quarters[quarter].proposals;

        emit ProposalCounted(quarter, address(governor), proposalId);
        return true;
    }

    function _annul(uint256 proposalId) private {
        // Check: it counts, is not annulled, and its quarter has not vested.
        uint256 counted = _countedIn[proposalId];
        require(counted != 0 && !_isAnnulled[proposalId], GovernanceRewardsNotAnnullable(proposalId));
        uint256 quarter = counted - 1;
        _requireTime(quarter, 0, _vestingOf(quarter) + VESTING);

        // Effect: it changes the multipliers from now on.
        _isAnnulled[proposalId] = true;
        _annulled[quarter].push(_placeOf[proposalId]);

        emit ProposalAnnulled(quarter, proposalId);
    }

    /// @dev What `account` has earned and was not paid. A multiplier that fell may leave less than was paid: then nothing.
    function _withdrawable(uint256 quarter, address account, uint256 multiplierBps) private view returns (uint256) {
        RewardQuarter storage data = _quarters[quarter];
        uint256 weight = _weights[quarter][account];
        if (weight == 0) return 0;
        uint256 elapsed = Math.min(block.timestamp - _vestingOf(quarter), VESTING);
        uint256 earned = GovernanceRewardMath.earnedDown(
            data.pool,
            weight,
            data.weight,
            multiplierBps,
            elapsed,
            VESTING
        );
        return Math.saturatingSub(earned, _paid[quarter][account]);
    }

    /// @dev Weight and participation of `account` over the proposals counted so far; at most 64.
    function _weigh(uint256 quarter, address account) private view returns (uint256 weight, uint256 participationBps) {
        Ballot[] storage ballots = _ballots[quarter];
        uint256 length = ballots.length;
        (uint256 sum, uint256 voted) = (0, 0);
        for (uint256 i = 0; i < length; ++i) {
            Ballot memory ballot = ballots[i];
            IStageGovernor governor = _governorOf(ballot);
            uint256 snapshot = governor.proposalSnapshot(ballot.proposalId);
            sum += _votes.getPastUnits(account, VoteSource.Stake, snapshot);
            sum += _votes.getPastUnits(account, VoteSource.Contribution, snapshot);
            if (governor.hasVoted(ballot.proposalId, account)) ++voted;
        }
        weight = GovernanceRewardMath.weightDown(sum, voted, length);
        participationBps = GovernanceRewardMath.participationDown(voted, length);
    }

    /// @dev Whether every proposal whose vote began before the end of `quarter` was looked at.
    function _isCounted(uint256 quarter) private view returns (bool) {
        uint256 end = endOf(quarter);
        return _isSeen(_policy, _policySeen, end) && _isSeen(_technical, _technicalSeen, end);
    }

    function _isSeen(IStageGovernor governor, uint256 seen, uint256 end) private view returns (bool) {
        return seen == governor.promotedCount() || governor.proposalSnapshot(governor.promotedAt(seen)) >= end;
    }

    function _wasVetoed(bool technical, uint256 proposalId) private view returns (bool) {
        return technical && _technical.vetoedAt(proposalId) != 0;
    }

    function _choiceOf(Ballot memory ballot, address account) private view returns (bool voted, uint8 support) {
        return _governorOf(ballot).choiceOf(ballot.proposalId, account);
    }

    function _governorOf(Ballot memory ballot) private view returns (IStageGovernor) {
        return ballot.technical ? _technical : _policy;
    }

    function _quarterAt(uint256 timestamp) private view returns (uint256) {
        return (timestamp - genesis) / QUARTER;
    }

    /// @dev Second at which enrolment ends and vesting begins.
    function _vestingOf(uint256 quarter) private view returns (uint256) {
        return endOf(quarter) + SETTLING + ENROLMENT;
    }

    function _requireTime(uint256 quarter, uint256 opensAt, uint256 closesAt) private view {
        bool open = block.timestamp >= opensAt && block.timestamp < closesAt;
        require(open, GovernanceRewardsWrongTime(quarter, opensAt, closesAt, block.timestamp));
    }
}
