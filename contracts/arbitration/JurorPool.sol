// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {EntropyStatus, IEntropySource} from "../matching/IEntropySource.sol";
import {SortitionTree} from "../matching/SortitionTree.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {ArbitrationRules} from "./ArbitrationRules.sol";
import {IJurorPool} from "./IJurorPool.sol";

/// @title JurorPool
/// @dev INVARIANTS
/// - INV-ARB-6: sum of the stakes of all jurors, leaving ones included == `stakedTotal` <= balance; the rest is donations. What
///   is locked of a juror is never more than it has, so a penalty never fails.
/// @dev DRAWS
/// - Votes come up in proportion to the weights at the start of the period, before the entropy of its tickets was known. A juror
///   whose weight fell since is accepted with probability present / frozen, as in `Scheduler`.
/// - A juror is drawn only as often as its free stake covers `LOCK_PER_VOTE`, the most that a vote can cost.
/// - All votes of a panel are drawn in one call, or none.
/// @dev TRUST
/// - The court, which creates this contract, can lock `LOCK_PER_VOTE` for each vote that it draws, and take at most what it
///   locked. It reaches nothing else.
/// - The entropy source decides every draw: see its own TRUST. Whoever holds most of the weight holds the court.
/// @dev LIVENESS
/// - Leaving needs nobody's consent. What is locked is let go when the round is settled, which anyone can do once the dispute is
///   ruled, at most `ArbitrationRules.MAX_DURATION` after it began.
/// - At most `ATTEMPTS_PER_VOTE` candidates are looked at for each vote.
contract JurorPool is IJurorPool {
    using SafeERC20 for CorexToken;
    using SortitionTree for SortitionTree.Tree;

    /// @dev A juror. Slot 1: stake; slot 2: the rest.
    /// @param position One plus its position in the tree; zero for an account that never staked.
    struct Juror {
        uint96 staked;
        uint96 leaving;
        uint40 withdrawableFrom;
        uint96 locked;
        uint32 position;
    }

    /// @notice Least stake of a juror that is drawn: 1,000 CXT.
    uint256 public constant MIN_STAKE = 1_000e18;

    /// @notice Most of a stake that counts in draws: 50,000 CXT.
    uint256 public constant MAX_COUNTED_STAKE = 50_000e18;

    /// @notice Seconds from asking to leave to being able to withdraw: seven days.
    uint256 public constant EXIT_DELAY = 7 days;

    /// @notice CXT wei that each vote locks: the most that it can cost, 100 CXT.
    uint256 public constant LOCK_PER_VOTE = ArbitrationRules.SILENCE_PENALTY;

    /// @notice Candidates that a draw looks at for each vote.
    uint256 public constant ATTEMPTS_PER_VOTE = 8;

    /// @dev Stake of one unit of weight: 1 CXT, so that the largest weight is 50,000.
    uint256 private constant STAKE_PER_WEIGHT = 1e18;

    /// @dev Tells the hash that accepts a candidate from the one that chose it.
    bytes32 private constant ACCEPTANCE = "acceptance";

    /// @inheritdoc IJurorPool
    CorexToken public immutable token;

    /// @inheritdoc IJurorPool
    address public immutable court;

    IEntropySource private immutable _entropy;

    /// @inheritdoc IJurorPool
    uint256 public stakedTotal;

    mapping(address juror => Juror data) private _jurors;

    /// @dev Accounts by position.
    address[] private _accounts;

    SortitionTree.Tree private _tree;

    modifier onlyCourt() {
        require(msg.sender == court, JurorPoolOnlyCourt(msg.sender));
        _;
    }

    /// @dev The court is whoever deploys: `Arbitration` does so in its constructor.
    constructor(CorexToken cxt, IEntropySource entropy) {
        token = cxt;
        court = msg.sender;
        _entropy = entropy;
    }

    /// @inheritdoc IJurorPool
    function stake(uint256 amount) external {
        // Check: something, and enough in all to be drawn.
        Juror storage data = _jurors[msg.sender];
        uint256 total = data.staked + amount;
        require(
            amount != 0 && total >= MIN_STAKE && total <= type(uint96).max,
            JurorPoolOutOfBounds("stake", total, MIN_STAKE, type(uint96).max)
        );

        // Effect: more stake; a new juror gets a position. Casts are safe: checked above; fewer than 2^32 jurors fit below
        // the supply.
        if (data.position == 0) {
            _accounts.push(msg.sender);
            data.position = uint32(_accounts.length);
        }
        data.staked = uint96(total);
        stakedTotal += amount;
        _weigh(data);

        emit JurorStaked(msg.sender, amount, total);

        // Interaction: pull it; the whole call reverts if it does not come.
        token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IJurorPool
    function startLeaving(uint256 amount) external {
        // Check: something that is there, and what is left is nothing or enough.
        Juror storage data = _jurors[msg.sender];
        uint256 staked = data.staked;
        require(amount != 0 && amount <= staked, JurorPoolInsufficient(msg.sender, amount, staked));
        uint256 left = staked - amount;
        require(left == 0 || left >= MIN_STAKE, JurorPoolOutOfBounds("left", left, MIN_STAKE, staked));

        // Effect: drawn with the rest from now on. Casts are safe: at most what was staked; seconds fit for 34,000 years.
        uint256 from = block.timestamp + EXIT_DELAY;
        data.staked = uint96(left);
        data.leaving += uint96(amount);
        data.withdrawableFrom = uint40(from);
        _weigh(data);

        emit JurorLeaving(msg.sender, amount, from);
    }

    /// @inheritdoc IJurorPool
    function withdraw() external returns (uint256 amount) {
        // Check: its time is over, and something of it is not locked. Locked is at most both together.
        Juror storage data = _jurors[msg.sender];
        uint256 from = data.withdrawableFrom;
        require(block.timestamp >= from, JurorPoolTooEarly(msg.sender, from, block.timestamp));
        (uint256 staked, uint256 leaving) = (data.staked, data.leaving);
        amount = Math.min(leaving, staked + leaving - data.locked);
        require(amount != 0, JurorPoolInsufficient(msg.sender, leaving, 0));

        // Effect: it is not here any more. Cast is safe: at most `leaving`.
        data.leaving = uint96(leaving - amount);
        stakedTotal -= amount;

        emit JurorWithdrawn(msg.sender, amount);

        // Interaction: money leaves last, and only to its owner.
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IJurorPool
    function draw(
        uint40 ticket,
        bytes32 salt,
        uint256 votes,
        address[] calldata excluded
    ) external onlyCourt returns (EntropyStatus status, address[] memory jurors) {
        // Check: the entropy serves, and enough jurors are found.
        bytes32 value;
        (status, value) = _entropy.read(ticket);
        if (status != EntropyStatus.Ready) return (status, jurors);
        bool found;
        (found, jurors) = _candidates(keccak256(abi.encode(value, salt)), votes, excluded);
        if (!found) return (status, new address[](0));

        // Effect: each vote locks. Cast is safe: at most the stake.
        for (uint256 i = 0; i < votes; ++i) {
            Juror storage data = _jurors[jurors[i]];
            data.locked += uint96(LOCK_PER_VOTE);
            emit JurorLocked(jurors[i], data.locked);
        }
    }

    /// @inheritdoc IJurorPool
    function settle(
        address[] calldata jurors,
        uint256[] calldata votes,
        uint256[] calldata penalties
    ) external onlyCourt returns (uint256 taken) {
        // Effect: let go, and take. No check: what a vote locked covers what it costs, and locked is at most what there is.
        for (uint256 i = 0; i < jurors.length; ++i) {
            Juror storage data = _jurors[jurors[i]];
            // Casts are safe: at most what is locked, and at most what is staked or leaving.
            data.locked -= uint96(votes[i] * LOCK_PER_VOTE);
            emit JurorLocked(jurors[i], data.locked);
            uint256 penalty = penalties[i];
            if (penalty == 0) continue;
            uint256 fromStaked = Math.min(penalty, data.staked);
            data.staked -= uint96(fromStaked);
            data.leaving -= uint96(penalty - fromStaked);
            _weigh(data);
            taken += penalty;
            emit JurorPenalised(jurors[i], penalty);
        }
        stakedTotal -= taken;

        // Interaction: the court pays those who were coherent.
        if (taken != 0) token.safeTransfer(court, taken);
    }

    /// @inheritdoc IJurorPool
    function jurorOf(
        address juror
    ) external view returns (uint256 staked, uint256 leaving, uint256 locked, uint256 withdrawableFrom) {
        Juror storage data = _jurors[juror];
        return (data.staked, data.leaving, data.locked, data.withdrawableFrom);
    }

    /// @inheritdoc IJurorPool
    function totalWeight() external view returns (uint256) {
        return _tree.total();
    }

    /// @dev Sets the weight of a juror to what follows from its stake.
    function _weigh(Juror storage data) private {
        uint256 position = data.position - 1;
        uint256 weight = _weightDown(data.staked);
        if (weight != _tree.leaf(position)) _tree.set(position, weight, _entropy.period());
    }

    /// @dev Jurors for `votes` votes; not all of them are set unless `found`.
    function _candidates(
        bytes32 seed,
        uint256 votes,
        address[] calldata excluded
    ) private view returns (bool found, address[] memory jurors) {
        uint256 period = _entropy.period();
        uint256 total = _tree.frozenTotal(period);
        jurors = new address[](votes);
        if (total == 0) return (false, jurors);
        uint256 count = 0;
        for (uint256 attempt = 0; attempt < votes * ATTEMPTS_PER_VOTE; ++attempt) {
            address juror = _candidateOf(seed, attempt, total, period);
            if (juror == address(0)) continue;
            if (_isAmong(excluded, juror)) continue;
            uint256 needed = (_votesAmong(jurors, count, juror) + 1) * LOCK_PER_VOTE;
            if (needed > _freeOf(juror)) continue;
            jurors[count] = juror;
            if (++count == votes) return (true, jurors);
        }
    }

    /// @dev The juror that an attempt hits; zero when its weight fell and it is not accepted.
    function _candidateOf(bytes32 seed, uint256 attempt, uint256 total, uint256 period) private view returns (address) {
        uint256 point = uint256(keccak256(abi.encode(seed, attempt))) % total;
        (uint256 position, uint256 frozenWeight) = _tree.drawFrozen(point, period);
        address juror = _accounts[position];
        uint256 weight = _weightDown(_jurors[juror].staked);
        return weight >= frozenWeight || _accepts(seed, attempt, weight, frozenWeight) ? juror : address(0);
    }

    /// @dev Stake of a juror that is neither leaving nor locked.
    function _freeOf(address juror) private view returns (uint256) {
        Juror storage data = _jurors[juror];
        return Math.saturatingSub(data.staked, data.locked);
    }

    /// @dev Weight of a stake: in whole CXT, up to the cap; none below the least stake.
    function _weightDown(uint256 staked) private pure returns (uint256) {
        if (staked < MIN_STAKE) return 0;
        return Math.min(staked, MAX_COUNTED_STAKE) / STAKE_PER_WEIGHT;
    }

    /// @dev Whether a candidate whose weight fell from `frozenWeight` to `weight` is drawn: with probability of their ratio.
    function _accepts(bytes32 seed, uint256 attempt, uint256 weight, uint256 frozenWeight) private pure returns (bool) {
        return uint256(keccak256(abi.encode(ACCEPTANCE, seed, attempt))) % frozenWeight < weight;
    }

    function _isAmong(address[] calldata accounts, address account) private pure returns (bool) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (accounts[i] == account) return true;
        }
        return false;
    }

    /// @dev How many of the first `count` votes are those of `juror`.
    function _votesAmong(address[] memory jurors, uint256 count, address juror) private pure returns (uint256 votes) {
        for (uint256 i = 0; i < count; ++i) {
            if (jurors[i] == juror) ++votes;
        }
    }
}
